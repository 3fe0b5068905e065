import { afterEach, beforeEach, expect, it } from 'vitest';
import { STALE_MS, STOOD_STILL_MS } from '../limits/index.ts';
import { TestClock } from '../store/conformance/index.ts';
import type { Store } from '../store/index.ts';
import { sqlitePlace } from '../store/sqlite/fixtures.ts';
import { type Pulse, startPulse } from './pulse.ts';

let place: Awaited<ReturnType<typeof sqlitePlace>>;
let store: Store;
let clock: TestClock;
beforeEach(async () => {
  place = await sqlitePlace();
  clock = new TestClock();
  store = await place.open(clock, 'gateway');
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await place.dispose();
});

const nothing = (): undefined => undefined;
const silent = { info: nothing, warn: nothing, error: nothing };

/** `follow` is one of three looks by which calls are decided; no other begins by itself before the test is over. */
function pulseWith(follow: () => unknown): Pulse {
  return startPulse({
    ...{ store, clock, follow, log: silent, onEnded: nothing, onGrants: nothing },
    ...{ snapshots: { refresh: async () => undefined }, held: { look: nothing } },
    ...{ webhooks: { look: async () => undefined }, entrance: { look: nothing }, later: { look: nothing } },
  });
}

it('looks once after a standstill, for all who wait', async () => {
  let looks = 0;
  using pulse = pulseWith(() => {
    looks += 1;
  });
  expect(pulse.catchUp()).toBeUndefined();
  clock.pass(STOOD_STILL_MS);
  await Promise.all([pulse.catchUp(), pulse.catchUp()]);
  expect([looks, pulse.ageMs()]).toEqual([1, 0]);
  expect(pulse.catchUp()).toBeUndefined();
});

it('takes no look that was under way before the standstill for one after it', async () => {
  const first = Promise.withResolvers<void>();
  let looks = 0;
  using pulse = pulseWith(() => {
    looks += 1;
    return looks === 1 ? first.promise : undefined;
  });
  clock.pass(STOOD_STILL_MS);
  const before = pulse.catchUp();
  clock.pass(STOOD_STILL_MS);
  const after = pulse.catchUp();
  first.resolve();
  await Promise.all([before, after]);
  expect([looks, pulse.ageMs()]).toEqual([2, 0]);
});

it('lets nobody wait a second time for what does not answer', async () => {
  using pulse = pulseWith(() => Promise.reject(new Error('it does not answer')));
  clock.pass(STALE_MS);
  await pulse.catchUp();
  expect(pulse.ageMs()).toBe(STALE_MS);
  expect(pulse.catchUp()).toBeUndefined();
});
