import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SESSION_LIFETIME_MS } from '../limits/index.ts';
import { SessionSeal } from './session.ts';

const key = randomBytes(32);
const seal = new SessionSeal(key);
const opened = seal.seal({
  grantId: 'g1',
  protocol: '2025-06-18',
  client: { name: 'c' },
  capabilities: { roots: {} },
  issuedAtMs: 1_000,
});

describe('a sealed session id', () => {
  it('holds the session, for another process with the same key too', () => {
    expect(new SessionSeal(key).open(opened.id, 'g1', 2_000)).toEqual(opened);
    expect(opened.id).toMatch(/^[\x21-\x7e]+$/);
  });

  it('opens for the grant that it was made for and no other', () => {
    expect(seal.open(opened.id, 'g2', 2_000)).toBeUndefined();
  });

  it('opens until its lifetime is over', () => {
    expect(seal.open(opened.id, 'g1', 1_000 + SESSION_LIFETIME_MS - 1)).toBeDefined();
    expect(seal.open(opened.id, 'g1', 1_000 + SESSION_LIFETIME_MS)).toBeUndefined();
  });

  it('opens nowhere else and in no other spelling', () => {
    expect(new SessionSeal(randomBytes(32)).open(opened.id, 'g1', 2_000)).toBeUndefined();
    for (const at of [0, 20, opened.id.length - 1]) {
      for (const letter of 'AB_') {
        const other = opened.id.slice(0, at) + letter + opened.id.slice(at + 1);
        if (other !== opened.id) expect(new SessionSeal(key).open(other, 'g1', 2_000)).toBeUndefined();
      }
    }
    expect(seal.open(`${opened.id}=`, 'g1', 2_000)).toBeUndefined();
    expect(seal.open('../'.repeat(20), 'g1', 2_000)).toBeUndefined();
  });

  it('is never given twice', () => {
    const ids = Array.from(
      { length: 100 },
      () =>
        seal.seal({ grantId: 'g', protocol: '2025-11-25', client: {}, capabilities: {}, issuedAtMs: 0 }).key,
    );
    expect(new Set(ids).size).toBe(100);
  });
});
