import { createHmac, hash } from 'node:crypto';

/** What stands before the first row. */
export const ORIGIN: string = '0'.repeat(64);

export type Values = readonly (string | number | null)[];
export type Kind = 'decision' | 'outcome';

/** The place of a row in the chain; `hash` is hex. `link` counts from 1 over both tables, without a gap. */
export type Link = { readonly link: number; readonly hash: string };

/** The hash of a row: SHA-256 over the hash before it and everything that is stored of the row. */
export function linkHash(
  before: string,
  link: number,
  content: { readonly kind: Kind; readonly values: Values },
): string {
  return hash('sha256', before + JSON.stringify([link, content.kind, ...content.values]), 'hex');
}

/**
 * Shows that the gateway itself said the chain had come to this link with this hash. A mark along the way and the end
 * are sealed differently, so that one never passes for the other.
 */
export function sealOf(key: Buffer, role: 'mark' | 'head', { hash, link }: Link): string {
  return createHmac('sha256', key).update(`boomgate chain ${role} ${link} ${hash}`).digest('hex');
}
