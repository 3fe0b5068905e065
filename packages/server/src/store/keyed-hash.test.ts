import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyedHash } from './keyed-hash.ts';

describe('keyedHash', () => {
  it('is HMAC-SHA-256', () => {
    for (const length of [0, 1, 32, 64]) {
      const key = randomBytes(length);
      for (const text of ['', 'a', 'größer 😀', 'x'.repeat(10_000)]) {
        expect(keyedHash(key)(text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
      }
    }
  });

  it('takes no key longer than a block', () => {
    expect(() => keyedHash(randomBytes(65))).toThrow(RangeError);
  });
});
