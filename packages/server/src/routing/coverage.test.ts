import { describe, expect, it } from 'vitest';
import type { GrantRecord } from '../store/index.ts';
import { coverageOf, type GrantBook } from './coverage.ts';

const NOW = 1_000;
const grant = (more: Partial<GrantRecord> = {}): GrantRecord => ({
  id: '1',
  organization: 'default',
  name: 'laptop',
  server: 'files',
  policy: 'safe',
  labels: {},
  mode: 'enforce',
  origin: 'minted',
  state: 'active',
  createdAtMs: 0,
  ...more,
});
const book = (...grants: GrantRecord[]): GrantBook => ({
  grants,
  policies: new Set(['safe', 'safer']),
  servers: new Set(['files', 'git']),
  nowMs: NOW,
});
const files = { server: 'files' };
const uncovered = (reason: string) => ({ state: 'uncovered', reason: expect.stringContaining(reason) });
const without = (key: keyof GrantRecord, from = grant()): GrantRecord => {
  const { [key]: _, ...rest } = from;
  // Only keys that may be absent are left out here.
  return rest as GrantRecord;
};

describe('a server that leads to the gateway', () => {
  it('is covered by the policy of the grant that its client presents', () => {
    expect(coverageOf(files, grant(), book())).toEqual({
      state: 'covered',
      by: [{ server: 'files', policy: 'safe' }],
    });
  });

  it.each<[string, GrantRecord, string]>([
    ['no policy', without('policy'), 'has no policy for files'],
    ['a policy that is not there', grant({ policy: 'gone' }), 'which is not in the configuration'],
    ['another server', grant({ server: 'git' }), 'opens another server'],
    ['been revoked', grant({ state: 'revoked' }), 'is revoked'],
    ['been paused', grant({ state: 'paused' }), 'is paused'],
    ['expired', grant({ expiresAtMs: NOW }), 'has expired'],
    ['only watched', grant({ mode: 'observe' }), 'only observes'],
  ])('is not when that grant has %s', (_, one, reason) => {
    expect(coverageOf(files, one, book())).toEqual(uncovered(reason));
  });

  it('still is a moment before the grant expires', () => {
    expect(coverageOf(files, grant({ expiresAtMs: NOW + 1 }), book()).state).toBe('covered');
  });

  it('is not when the gateway does not know the token', () => {
    expect(coverageOf(files, 'unknown token', book(grant()))).toEqual(uncovered('does not know the token'));
  });

  it('is not when policies cannot be read', () => {
    const blind = { ...book(), policies: { problem: 'the file is broken' } };
    expect(coverageOf(files, grant(), blind)).toEqual(uncovered('the file is broken'));
  });

  it('is not when the gateway has no such server', () => {
    expect(coverageOf(files, grant(), { ...book(), servers: new Set() })).toEqual(uncovered('opens files'));
  });

  describe('with a token that is not known here', () => {
    it('is covered by every grant that opens it, since the gateway takes no other', () => {
      const others = [grant({ id: '2', policy: 'safer' }), grant({ id: '3', server: 'git', policy: 'gone' })];
      expect(coverageOf(files, undefined, book(grant(), ...others))).toEqual({
        state: 'covered',
        by: [
          { server: 'files', policy: 'safe' },
          { server: 'files', policy: 'safer' },
        ],
      });
    });

    it('is not when one of them has no policy, or there is none', () => {
      expect(
        coverageOf(files, undefined, book(grant(), without('policy', grant({ name: 'robot' })))),
      ).toEqual(uncovered('"robot" has no policy'));
      expect(coverageOf(files, undefined, book(grant({ state: 'revoked' })))).toEqual(uncovered('no grant'));
    });
  });

  it('may be a stack, of which every member needs a policy', () => {
    const stack = [
      { server: 'files', policy: 'safe' },
      { server: 'git', policy: 'safer' },
    ];
    const one = without('policy', grant({ server: '', stack }));
    expect(coverageOf({ server: '' }, one, book())).toEqual({ state: 'covered', by: stack });
    const open = { ...one, stack: [...stack.slice(0, 1), { server: 'git' }] };
    expect(coverageOf({ server: '' }, open, book())).toEqual(uncovered('has no policy for git'));
  });
});
