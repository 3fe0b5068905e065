/**
 * What the engine needs and may not contain, for a page: RE2, and JSON Schema interpreted, since a page may not compile code.
 * Pure functions; no DOM, no React. To be imported only by what is itself loaded when it is needed.
 */
import type { EngineFunctions } from '@boomgate/engine';
import { compileRegex } from '@boomgate/functions';
import { compileSchema } from './schema.ts';

/**
 * For `parsePolicy`, `compilePolicy` and `checkTools` in a page. Patterns are judged exactly as in the gateway, schemas as
 * `compileSchema` says; what a page shows is a preview, and the gateway's word holds.
 */
export const engineFunctions: EngineFunctions = { regex: compileRegex, schema: compileSchema };
