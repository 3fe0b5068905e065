/** A database and a copy of it, as from a backup, that were given the same Redis by mistake. */
import { expect, it } from 'vitest';
import { isAllowedInTheEnd, within } from '../support/demands.ts';
import { useStores } from '../support/stores.ts';

const stores = useStores({ withRedis: true });

it('a copy of the database on the same Redis makes no room in the limits of either', async () => {
  const limit = within('of both', 3);
  const before = await stores.open();
  expect(await isAllowedInTheEnd(before, limit)).toBe(true);
  await before[Symbol.asyncDispose]();
  const copied = await stores.copy();

  const one = await stores.open();
  for (const allowed of [true, true, false]) expect(await isAllowedInTheEnd(one, limit)).toBe(allowed);
  // It begins another epoch, in which it has not read this counter.
  await stores.redis().ask('FLUSHALL');
  expect(await isAllowedInTheEnd(one, within('another', 3))).toBe(true);

  const other = await stores.open({ url: copied });
  expect(await isAllowedInTheEnd(other, limit)).toBe(true);
  expect(await isAllowedInTheEnd(one, limit)).toBe(false);
  for (const allowed of [true, false]) expect(await isAllowedInTheEnd(other, limit)).toBe(allowed);
  expect(await isAllowedInTheEnd(one, limit)).toBe(false);
});
