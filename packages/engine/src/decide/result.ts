import type { CompileSchema } from '../functions.ts';
import { isJsonObject, type JsonObject, ownProperty } from '../json/json.ts';
import { findInvalid } from './validate.ts';

/**
 * What of a tool's result does not fit the output schema that the tool declares, without a value of the result; undefined
 * when it fits, or when one of the two is not there. A schema that cannot be used is a fault: an error never widens access.
 * `compile` is asked each time, so that it has to remember schemas by their objects.
 */
export function resultFault(
  tool: JsonObject,
  result: JsonObject,
  compile: CompileSchema,
): string | undefined {
  const declared = ownProperty(tool, 'outputSchema');
  const structured = ownProperty(result, 'structuredContent');
  if (declared === undefined || structured === undefined) return undefined;
  if (!isJsonObject(declared)) return "the tool's output schema cannot be used: it is no object";
  const schema = compile(declared);
  if (!schema.ok) return `the tool's output schema cannot be used: ${schema.message}`;
  return findInvalid(structured, schema, 'result');
}
