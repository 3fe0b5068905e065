import { createHash } from 'node:crypto';

const ESCAPED = /[\\\0\p{Surrogate}]/gu;
const ESCAPE = /\\u([0-9a-f]{4})/g;
/** Bytes of a key that an index of Postgres takes for certain: a row of one has at most 2,704. */
const MAX_KEY_BYTES = 2_000;
/** Bytes with which a longer key begins, as it did; then comes what stands for the whole of it. */
const BEGINNING_BYTES = 1_500;
/** No escape begins so. */
const HASHED = '\\h';

/** The key of a counter as it is kept: no two become one, and each begins as it did. */
export function toStoredKey(key: string): string {
  const stored = key.replace(ESCAPED, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (Buffer.byteLength(stored) <= MAX_KEY_BYTES) return stored;
  const hash = createHash('sha256').update(stored).digest('hex');
  return `${Buffer.from(stored).subarray(0, BEGINNING_BYTES).toString()}${HASHED}${hash}`;
}

/** Undefined of a key that was too long to be kept whole. */
export function fromStoredKey(stored: string): string | undefined {
  if (stored.includes(HASHED)) return undefined;
  return stored.replace(ESCAPE, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
