import { isJsonObject, type Json, type JsonObject, ownProperty, rawNumberText } from '@boomgate/engine';
import { type ParamHeader, paramHeadersOf } from '../../upstreams/index.ts';
import { decodeHeaderValue } from '../message/headers.ts';
import type { AgentRequest } from '../request.ts';

/**
 * What is wrong with the `Mcp-Param-*` headers of a modern call: each argument that the tool wants mirrored has a header
 * that says the same (P §1.3, step 10, and §1.11). A header for an argument that is absent or null is ignored, as is
 * one that no argument asks for: the server gets headers made from the arguments, never these.
 */
export function mirrorFault(
  { message, mirrored }: AgentRequest,
  tool: JsonObject,
  args: JsonObject,
): string | undefined {
  if (message.era !== 'modern') return undefined;
  for (const annotation of paramHeadersOf(tool)) {
    const fault = faultOf(annotation, args, mirrored);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOf(
  { header, path }: ParamHeader,
  args: JsonObject,
  mirrored: ReadonlyMap<string, string>,
): string | undefined {
  const value = valueAt(args, path);
  if (value === undefined) return undefined;
  const given = mirrored.get(header);
  if (given === undefined) return `missing header ${header}`;
  const decoded = decodeHeaderValue(given);
  if (decoded === undefined) return `${header} is not validly encoded`;
  return says(decoded, value) ? undefined : `${header} differs from the argument that it repeats`;
}

/** The scalar at a path; undefined for whatever has no header, such as null and lists. */
function valueAt(args: JsonObject, path: readonly string[]): string | number | boolean | undefined {
  let value: Json | undefined = args;
  for (const key of path) value = isJsonObject(value) ? ownProperty(value, key) : undefined;
  const text = rawNumberText(value);
  if (text !== undefined) return text;
  return typeof value === 'object' || value === undefined ? undefined : value;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Numbers compare by value, so that `42.0` says 42; everything else by its text. */
function says(text: string, value: string | number | boolean): boolean {
  if (typeof value === 'number') return NUMBER.test(text) && Number(text) === value;
  return text === String(value);
}
