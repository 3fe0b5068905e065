import { expect, it } from 'vitest';
import { BusyError } from '../../identity/index.ts';
import { REQUESTS_AT_ONCE, REQUESTS_WAITING } from '../../limits/index.ts';
import { type Place, Places } from './places.ts';

const HERE = { env: {} };

async function full(): Promise<{ readonly places: Places; readonly taken: readonly Place[] }> {
  const places = new Places();
  const taken = await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, () => places.enter('ann', HERE)));
  expect(taken.every(({ hasWaited }) => !hasWaited)).toBe(true);
  return { places, taken };
}

it('has who asks for more at once wait for a place of their own, and nobody else', async () => {
  const { places, taken } = await full();
  let later: Place | undefined;
  const entering = places.enter('ann', HERE).then((place) => {
    later = place;
  });
  const others = await places.enter('bob', HERE);
  expect([others.hasWaited, later]).toEqual([false, undefined]);
  taken[0]?.leave();
  await entering;
  expect(later?.hasWaited).toBe(true);
});

it('refuses what does not fit into the line, and forgets who has left', async () => {
  const { places, taken } = await full();
  const waiting = Array.from({ length: REQUESTS_WAITING }, () => places.enter('ann', HERE));
  await expect(places.enter('ann', HERE)).rejects.toThrow(BusyError);
  for (const { leave } of taken) leave();
  for (const place of waiting) (await place).leave();
  expect((await places.enter('ann', HERE)).hasWaited).toBe(false);
});

it('gives the place of who is gone meanwhile to the next', async () => {
  const { places, taken } = await full();
  const gone = places.enter('ann', { env: { outgoing: { destroyed: true } } });
  const next = places.enter('ann', HERE);
  taken[0]?.leave();
  await expect(gone).rejects.toThrow(BusyError);
  expect((await next).hasWaited).toBe(true);
});
