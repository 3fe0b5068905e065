import { createHash } from 'node:crypto';
import { definitionOf } from '@boomgate/catalogue';
import { canonicalJson, type JsonObject } from '@boomgate/engine';

/** A tool as it stands in a listing, with what identifies its definition. */
export type SeenTool = {
  readonly tool: string;
  readonly item: JsonObject;
  /** SHA-256 of the canonical text of what counts of the definition, hex: another order of keys or other blanks change nothing. */
  readonly fingerprint: string;
};

export function seenTool(tool: string, item: JsonObject): SeenTool {
  const text = canonicalJson(definitionOf(item));
  return { tool, item, fingerprint: createHash('sha256').update(text).digest('hex') };
}
