import { expect, it } from 'vitest';
import { newGrant } from '../../conformance/grants.ts';
import { copyOf } from './copy.ts';

const HASH = 'a'.repeat(64);

it('of a grant is kept what leads to it, by the clock of this machine, and nothing that is sealed', () => {
  const grant = { ...newGrant(), state: 'active', createdAtMs: 0 } as const;
  const token = { hash: 'b', signIn: 's', endsAtMs: 1_000 };
  const held = {
    grant,
    tokenHash: HASH,
    previousHash: 'c',
    accessTokens: [token],
    sealedToken: Buffer.alloc(100),
  };
  expect(copyOf(held, 5)).toEqual({
    ...{ grant, tokenHash: HASH, previousHash: 'c' },
    accessTokens: [{ ...token, endsAtMs: 1_005 }],
  });
  expect(copyOf({ grant, tokenHash: HASH }, 5)).toEqual({ grant, tokenHash: HASH });
});
