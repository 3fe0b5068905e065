import { hash, timingSafeEqual } from 'node:crypto';
import { keyedHash } from '../keyed-hash.ts';

/** Links between two marks: where a forger had to stop is known this exactly. */
export const LINKS_PER_MARK = 256;

/** What stands before the first row. */
export const ORIGIN: string = '0'.repeat(64);

export type Values = readonly (string | number | null)[];
export type Kind = 'decision' | 'outcome' | 'act';

/** The decision log has one chain, the audit log another: the gateway alone writes the first, any process the second. */
export type ChainName = 'decisions' | 'audit';

/** The place of a row in the chain; `hash` is hex. `link` counts from 1 over all rows of the chain, without a gap. */
export type Link = { readonly link: number; readonly hash: string };

/** The hash of a row: SHA-256 over the hash before it and everything that is stored of the row. */
export function linkHash(
  before: string,
  link: number,
  content: { readonly kind: Kind; readonly values: Values },
): string {
  let text = `${before}${link} ${content.kind}`;
  for (const value of content.values) text += partOf(value);
  return hash('sha256', text, 'hex');
}

/** One value with its kind and, for a text, its length: different rows never have the same parts in a row. */
function partOf(value: Values[number]): string {
  if (value === null) return '-';
  return typeof value === 'number' ? `=${value};` : `${value.length}:${value}`;
}

/** Makes the seals of one key for one chain. */
export type Sealer = (role: 'mark' | 'head', link: Link) => string;

/** What a seal begins with, so that none passes for one of the other chain. */
const SEALED_AS = { decisions: 'boomgate chain', audit: 'boomgate audit' } as const satisfies Record<
  ChainName,
  string
>;

/**
 * Shows that the gateway itself said the chain had come to this link with this hash. A mark along the way and the end
 * are sealed differently, so that one never passes for the other.
 */
export function sealer(key: Buffer, chain: ChainName): Sealer {
  const digest = keyedHash(key);
  return (role, { hash, link }) => digest(`${SEALED_AS[chain]} ${role} ${link} ${hash}`);
}

/** Seals and hashes in hex; in constant time, as one of them is made with the key. */
export function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
