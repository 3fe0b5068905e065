import { expect, it } from 'vitest';
import { newGrant } from './conformance/grants.ts';
import { GrantMemory } from './grant-memory.ts';

it('keeps nothing that is sealed, nor the buffers among which that came', () => {
  const memory = new GrantMemory();
  const grant = { ...newGrant(), state: 'active', createdAtMs: 0 } as const;
  const held = { grant, tokenHash: 'a'.repeat(64), sealedToken: Buffer.alloc(100) };
  memory.put(held);
  expect(memory.known()).toEqual([{ grant, tokenHash: held.tokenHash }]);
  expect(memory.byHash(held.tokenHash)).toBe(grant);
});
