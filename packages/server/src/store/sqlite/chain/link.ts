import { createHmac, hash } from 'node:crypto';

/** What stands before the first row. */
export const ORIGIN: Buffer = Buffer.alloc(32);

export type Values = readonly (string | number | bigint | null)[];
export type Kind = 'decision' | 'outcome';

/** The place of a row in the chain. `link` counts from 1 over both tables, without a gap. */
export type Link = { readonly link: number; readonly hash: Buffer };

/** The hash of a row: SHA-256 over the hash before it and everything that is stored of the row. */
export function linkHash(
  before: Buffer,
  link: number,
  content: { readonly kind: Kind; readonly values: Values },
): Buffer {
  const text = JSON.stringify([link, content.kind, ...content.values.map(plain)]);
  return hash('sha256', Buffer.concat([before, Buffer.from(text, 'utf8')]), 'buffer');
}

function plain(value: Values[number]): string | number | null {
  return typeof value === 'bigint' ? Number(value) : value;
}

/**
 * Shows that the gateway itself said the chain had come to this link with this hash. A mark along the way and the end
 * are sealed differently, so that one never passes for the other.
 */
export function sealOf(key: Buffer, role: 'mark' | 'head', { hash, link }: Link): Buffer {
  return createHmac('sha256', key).update(`boomgate chain ${role} ${link} `).update(hash).digest();
}
