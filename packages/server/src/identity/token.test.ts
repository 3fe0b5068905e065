import { describe, expect, it } from 'vitest';
import { hashToken, mintToken, tokenFault } from './token.ts';

describe('mintToken', () => {
  it('gives bg_ and 49 base62 characters, never twice the same', () => {
    const tokens = new Set(Array.from({ length: 100 }, () => mintToken().token));
    expect(tokens.size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^bg_[0-9A-Za-z]{49}$/);
  });

  it('keeps the hash of exactly the token it shows', () => {
    const minted = mintToken();
    expect(hashToken(minted.token)).toBe(minted.hash);
  });
});

describe('tokenFault', () => {
  it('accepts minted tokens and any 32 to 256 visible characters', () => {
    expect(tokenFault(mintToken().token)).toBeUndefined();
    expect(tokenFault('x'.repeat(32))).toBeUndefined();
    expect(tokenFault('x'.repeat(256))).toBeUndefined();
  });

  it.each([
    ['x'.repeat(31), 'found 31'],
    ['x'.repeat(257), 'found 257'],
    [`${'x'.repeat(40)} y`, 'visible ASCII'],
    [`${'x'.repeat(40)}é`, 'visible ASCII'],
  ])('refuses %j', (token, why) => {
    expect(tokenFault(token)).toContain(why);
  });

  it('finds a mistyped minted token by its checksum', () => {
    const { token } = mintToken();
    const wrong = token.slice(0, 10) + (token[10] === 'a' ? 'b' : 'a') + token.slice(11);
    expect(tokenFault(wrong)).toContain('checksum');
  });
});
