import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storable } from '../../sql/storable.ts';
import { fromStoredKey, toStoredKey } from './stored-key.ts';

/** Bytes that a row of an index may have, less than what else stands in it. */
const INDEXED_BYTES = 2_600;
const anyText = fc.string({ unit: 'binary', maxLength: 30 });

describe('the key of a counter', () => {
  it('comes back as it was, and no two become one', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(fromStoredKey(toStoredKey(one))).toBe(one);
        expect(toStoredKey(one) === toStoredKey(other)).toBe(one === other);
      }),
    );
    const hard = ['\0', '\\', '\\u0000', '\\h', '\ud800', '\udc00', '\ufffd', '😀'];
    expect(new Set(hard.map(toStoredKey)).size).toBe(hard.length);
    for (const key of hard) {
      expect(fromStoredKey(toStoredKey(key))).toBe(key);
      expect(toStoredKey(key).isWellFormed() && !toStoredKey(key).includes('\0')).toBe(true);
    }
  });

  it('begins as it did', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => toStoredKey(one + other).startsWith(toStoredKey(one))),
    );
  });

  it('fits into an index however long it is, and is then still one of its own', () => {
    const long = ['字'.repeat(1_024), `${'字'.repeat(1_023)}自`, '\\'.repeat(3_000), 'x'.repeat(9_000)];
    const stored = long.map(toStoredKey);
    for (const one of stored) expect(Buffer.byteLength(one)).toBeLessThan(INDEXED_BYTES);
    expect(new Set(stored).size).toBe(long.length);
    expect(stored.map(fromStoredKey)).toEqual(long.map(() => undefined));
    expect(toStoredKey('x'.repeat(2_000))).toBe('x'.repeat(2_000));
  });
});

it('a text that an agent chose keeps what can be kept', () => {
  expect(storable('a\0b\ud800c😀')).toBe('a\ufffdb\ufffdc😀');
});
