/**
 * What the engine needs and may not contain: RE2 and JSON Schema, both bounded in time and size. Pure functions with a
 * cache; no I/O, no policy semantics.
 */
import type { EngineFunctions } from '@boomgate/engine';
import { compileRegex } from '@boomgate/functions';
import { compileSchema } from './schema.ts';

export const engineFunctions: EngineFunctions = { regex: compileRegex, schema: compileSchema };
