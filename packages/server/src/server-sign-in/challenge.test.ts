import { describe, expect, it } from 'vitest';
import { readChallenge } from './challenge.ts';

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
