import { describe, expect, it } from 'vitest';
import { SCOPE_LENGTH_MAX, SCOPES_MISSED_MAX } from '../bounds.ts';
import { readChallenge, scopesMissed } from './challenge.ts';

describe('a challenge', () => {
  it.each([
    ['Bearer', {}],
    ['bearer scope="a b a"', { scopes: ['a', 'b'] }],
    ['Bearer realm="x, scope=\\"no\\"", scope="yes"', { scopes: ['yes'] }],
    ['Basic realm="x", Bearer resource_metadata="https://s/x"', { resourceMetadata: 'https://s/x' }],
    ['Bearer resource_metadata=https://s/x', { resourceMetadata: 'https://s/x' }],
    ['Bearer scope="a", scope="b"', { scopes: ['a'] }],
    ['Bearer scope="a\u0001b c"', { scopes: ['c'] }],
  ])('%s is read', (header, found) => {
    expect(readChallenge(header)).toEqual(found);
  });

  it.each([undefined, '', 'Basic realm="Bearer"', 'Bearers', 'xBearer'])('%s is none', (header) => {
    expect(readChallenge(header)).toBeUndefined();
  });
});

describe('scopes that a server misses', () => {
  const header = (scope: string) => `Bearer error="insufficient_scope", scope="${scope}"`;
  const names = (count: number) => Array.from({ length: count }, (_, at) => `s${at}`);

  it.each([
    ['Bearer error="insufficient_scope"', []],
    ['Basic realm="x", bearer realm="y", error=insufficient_scope, scope="b a b"', ['b', 'a']],
    [header('a\\\\b caf\u00e9 good'), ['good']],
  ])('%s names some', (text, found) => {
    expect(scopesMissed(text)).toEqual(found);
  });

  it.each([
    undefined,
    'Bearer',
    'Bearer scope="a"',
    'Bearer error="invalid_token", scope="a"',
    'Bearer error="Insufficient_Scope", scope="a"',
    'Basic error="insufficient_scope", scope="a"',
    'Bearer error="invalid_token", error="insufficient_scope", scope="a"',
  ])('%s names none', (text) => {
    expect(scopesMissed(text)).toBeUndefined();
  });

  it('are so many and so long', () => {
    expect(scopesMissed(header(names(SCOPES_MISSED_MAX).join(' ')))).toHaveLength(SCOPES_MISSED_MAX);
    expect(scopesMissed(header(names(SCOPES_MISSED_MAX + 1).join(' ')))).toEqual(names(SCOPES_MISSED_MAX));
    const longest = 'x'.repeat(SCOPE_LENGTH_MAX);
    expect(scopesMissed(header(`${longest} ${longest}y z`))).toEqual([longest, 'z']);
  });
});
