import { describe, expect, it } from 'vitest';
import type { Start } from './fixtures.ts';
import { setUp } from './people.ts';

const passkey = (id: string, change: object = {}) => ({
  ...{ id, person: 'ann', name: 'laptop', credential: `credential of ${id}`, counter: 0 },
  publicKey: new Uint8Array([1, 2, 3]),
  ...change,
});

export function describePasskeys(start: Start): void {
  describe('passkeys', () => {
    it('belong to one person, each credential to one passkey, and are as many as one may have', async () => {
      const { clock, reopen, store } = await setUp(start);
      const { passkeys } = store.people;
      const made = await passkeys.add(passkey('p1'), 2);
      expect(made).toEqual({ ...passkey('p1'), publicKey: expect.anything(), createdAtMs: clock.wallMs() });
      expect(await passkeys.add(passkey('p2', { credential: 'credential of p1' }), 2)).toBe('taken');
      await passkeys.add(passkey('p2'), 2);
      expect(await passkeys.add(passkey('p3'), 2)).toBe('too_many');
      expect(await passkeys.remove('bob', 'p1')).toBe(false);
      const kept = (await reopen()).people.passkeys;
      expect((await kept.list('ann')).map(({ id }) => id)).toEqual(['p1', 'p2']);
      const found = await kept.findByCredential('credential of p2');
      expect([...(found?.publicKey ?? [])]).toEqual([1, 2, 3]);
      expect(await kept.remove('ann', 'p1')).toBe(true);
      expect(await kept.findByCredential('credential of p1')).toBeUndefined();
    });

    it('count what a device signed: never less than before, unless it does not count', async () => {
      const { clock, store } = await setUp(start);
      const { passkeys } = store.people;
      await passkeys.add(passkey('counts', { counter: 3 }), 9);
      await passkeys.add(passkey('silent'), 9);
      const uses: boolean[] = [];
      for (const counter of [3, 4, 4, 0, 5]) uses.push(await passkeys.use('counts', counter));
      expect(uses).toEqual([false, true, false, false, true]);
      expect([await passkeys.use('silent', 0), await passkeys.use('silent', 0)]).toEqual([true, true]);
      const [counts] = await passkeys.list('ann');
      expect(counts).toMatchObject({ counter: 5, usedAtMs: clock.wallMs() });
      expect(await passkeys.use('silent', 1)).toBe(true);
      expect(await passkeys.use('silent', 0)).toBe(false);
    });
  });
}
