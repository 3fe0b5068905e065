import { describe, expect, it } from 'vitest';
import { base32, stepAt, stepOf, totpCode } from './totp.ts';

const SECRET = Buffer.from('12345678901234567890');

describe('TOTP', () => {
  // RFC 6238, appendix B, the last six of its eight digits.
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at %i s is the code of the RFC', (seconds, code) => {
    expect(totpCode(SECRET, stepAt(seconds * 1_000))).toBe(code);
  });

  it('counts one step before and after, and no further', () => {
    const nowMs = 1_111_111_109_000;
    const around = [-2, -1, 0, 1, 2].map((away) => totpCode(SECRET, stepAt(nowMs) + away));
    const steps = around.map((code) => stepOf(SECRET, code, nowMs));
    const now = stepAt(nowMs);
    expect(steps).toEqual([undefined, now - 1, now, now + 1, undefined]);
  });

  // RFC 4648, section 10, without padding.
  it.each([
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('%s in base32 is that of the RFC', (text, encoded) => {
    expect(base32(Buffer.from(text))).toBe(encoded);
  });
});
