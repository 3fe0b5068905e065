/**
 * What the engine needs and may not contain: RE2 and JSON Schema, both bounded in time and size. Pure functions with a
 * cache; no I/O, no policy semantics.
 */
import type { EngineFunctions } from '@boomgate/engine';
import { compileRegex } from '@boomgate/functions';
import { compileSchema } from './schema.ts';

/** RE2 for patterns, and JSON Schema, of each schema object compiled once. */
export const engineFunctions: EngineFunctions = { regex: compileRegex, schema: compileSchema };
