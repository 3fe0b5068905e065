import {
  isJsonObject,
  type Json,
  type JsonObject,
  ownProperty,
  parsePolicyTree,
  policyDocument,
} from '@boomgate/engine';
import { put } from '../document/index.ts';
import { toolsOf } from './standing.ts';

const SHORT = ['rules', 'rate_limit', 'spend_limit'];

/**
 * The document with the short forms of one entry written out, which means the same and has more to set. Undefined when the
 * entry does not read as one.
 */
export function writeOut(document: JsonObject, name: string): JsonObject | undefined {
  const entry = ownProperty(toolsOf(document), name);
  if (!isJsonObject(entry)) return undefined;
  // Rules stay as they are written, so that nothing of them has to compile here.
  const short = Object.fromEntries(Object.entries(entry).filter(([key]) => SHORT.includes(key)));
  const read = parsePolicyTree(
    { version: '1', default: 'deny', tools: { [name]: short } },
    { regex: () => ({ ok: false, message: 'expected no pattern in a short form' }) },
  );
  if (!read.ok) return undefined;
  const long = ownProperty(toolsOf(policyDocument(read.policy)), name);
  if (!isJsonObject(long)) return undefined;
  const rest = Object.entries(entry).filter(([key]) => !SHORT.includes(key) && key !== 'limits');
  const limits = [...listOf(entry['limits']), ...listOf(long['limits'])];
  const written = { ...long, ...Object.fromEntries(rest), ...(limits.length === 0 ? {} : { limits }) };
  return put(document, ['tools', name], written);
}

function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? json : [];
}
