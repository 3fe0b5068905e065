import type { EngineFunctions } from '@boomgate/engine';
import { compileRegex } from '@boomgate/functions';
import { compileSchema } from './schema.ts';

/**
 * For `parsePolicy`, `compilePolicy` and `checkTools` in a page. Patterns are judged exactly as in the gateway, schemas as
 * `compileSchema` says; what a page shows is a preview, and the gateway's word holds.
 */
export const engineFunctions: EngineFunctions = { regex: compileRegex, schema: compileSchema };
