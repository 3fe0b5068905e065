import { describe, expect, it } from 'vitest';
import { SCOPES_MISSED_MAX } from './bounds.ts';
import type { HttpTarget, TokenPlace } from './contract.ts';
import { credentialOf, takesSignIn } from './credential.ts';

const target: HttpTarget = {
  ...{ kind: 'http', url: 'https://mcp.example/mcp?key=k', headers: {}, allowPrivate: false },
  signedInAtMs: 7,
};

/** A credential with what was told of it; `isKept` as long as the store takes what it is told. */
function told() {
  const all: { readonly place: TokenPlace; readonly scopes: readonly string[] }[] = [];
  const store = { isKept: true };
  const credential = credentialOf(
    { id: 'i', target },
    {
      of: async () => ({ token: 't' }),
      lacks: async (place, scopes) => {
        all.push({ place, scopes });
        return store.isKept;
      },
    },
  );
  if (credential === undefined) throw new Error('expected a credential');
  return { all, credential, store };
}

describe('what a server misses in the token', () => {
  it('is told once for each scope, with whose token it was, however often it refuses', () => {
    const { all, credential } = told();
    for (const scopes of [[], [], ['a'], ['a'], ['b', 'a'], ['a', 'b']]) credential.lacks(scopes);
    expect(all.map(({ scopes }) => scopes)).toEqual([[], ['a'], ['b']]);
    expect(all[0]?.place).toEqual({
      ...{ id: 'i', address: 'https://mcp.example/mcp', allowPrivate: false, signedInAtMs: 7 },
    });
  });

  it('is told no more once it is as much as is kept', () => {
    const { all, credential } = told();
    for (let at = 0; at < 100; at += 1) credential.lacks([`s${at}`]);
    expect(all).toHaveLength(SCOPES_MISSED_MAX);
  });

  it('is told again when it could not be kept', async () => {
    const { all, credential, store } = told();
    store.isKept = false;
    credential.lacks(['a']);
    await Promise.resolve();
    store.isKept = true;
    credential.lacks(['a']);
    credential.lacks(['a']);
    expect(all.map(({ scopes }) => scopes)).toEqual([['a'], ['a']]);
  });

  it('is nothing where nobody is signed in', () => {
    const { signedInAtMs: _, ...plain } = target;
    expect(credentialOf({ id: 'i', target: plain }, undefined)).toBeUndefined();
  });
});

it('a server that a file declares is signed in at for its address, unless it presents something itself', () => {
  const address = 'https://mcp.example/mcp';
  expect(takesSignIn(target, address)).toBe(true);
  expect(takesSignIn({ ...target, headers: { 'x-key': 'k' } }, address)).toBe(true);
  expect(takesSignIn({ ...target, headers: { aUTHORIZATION: 'k' } }, address)).toBe(false);
  for (const other of [`${address}/`, 'https://mcp.example/', 'http://mcp.example/mcp'])
    expect(takesSignIn(target, other)).toBe(false);
});
