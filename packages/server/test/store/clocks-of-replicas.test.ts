/** What replicas share whose machines do not agree what time it is. */
import { beforeEach, expect, it } from 'vitest';
import { TOKEN_LEASE_MS } from '../../src/limits/index.ts';
import { TestClock } from '../../src/store/conformance/index.ts';
import { connected } from '../../src/store/conformance/server-sign-ins.ts';
import type { Store } from '../../src/store/index.ts';
import { useStores } from '../support/stores.ts';

const SKEW_MS = 240_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

const stores = useStores();
let ahead: Store;
let behind: Store;
let clock: TestClock;
let clockAhead: TestClock;

beforeEach(async () => {
  clock = new TestClock();
  clockAhead = new TestClock();
  clockAhead.stepWall(SKEW_MS);
  [behind, ahead] = [await stores.open({ clock }), await stores.open({ clock: clockAhead })];
});

it('a token of a server is renewed by one at a time, whichever began', async () => {
  const { server } = await connected(behind);
  const version = (await ahead.serverSignIns.find(server.id))?.version ?? 0;
  const claim = (store: Store) => store.serverSignIns.claim(server.id, version, TOKEN_LEASE_MS);
  expect([await claim(behind), await claim(ahead)]).toEqual([true, false]);
  await behind.serverSignIns.release(server.id, version, 0);
  expect([await claim(ahead), await claim(behind)]).toEqual([true, false]);
});

it('what was used once is used, also when its time is over for one of them', async () => {
  const untilMs = clock.wallMs() + SKEW_MS / 2;
  const used = [await behind.people.spent.spend('a challenge', untilMs)];
  await ahead.people.spent.spend('another', untilMs + SKEW_MS);
  used.push(await behind.people.spent.spend('a challenge', untilMs));
  expect(used).toEqual([true, false]);
});

it('what was used once is used, also when the clock of one of them is a day ahead or is set back by one', async () => {
  const untilMs = clock.wallMs() + SKEW_MS;
  const used = [await behind.people.spent.spend('a challenge', untilMs)];
  clockAhead.stepWall(DAY_MS);
  await ahead.people.spent.spend('another', clockAhead.wallMs() + SKEW_MS);
  used.push(await behind.people.spent.spend('a challenge', untilMs));
  clock.stepWall(-DAY_MS);
  const earlierMs = clock.wallMs() + SKEW_MS;
  used.push(await behind.people.spent.spend('after it was set back', earlierMs));
  await ahead.people.spent.spend('one more', clockAhead.wallMs() + SKEW_MS);
  used.push(await behind.people.spent.spend('after it was set back', earlierMs));
  expect(used).toEqual([true, false, true, false]);
});

it('what is asked for with a key is made by one of them, and its answer kept for both', async () => {
  const begin = ({ people }: Store) => people.keptAnswers.begin('ann', 'k', 'f');
  expect(await begin(behind)).toBeUndefined();
  expect(await begin(ahead)).toEqual({ fingerprint: 'f', sealed: undefined });
  await ahead.people.keptAnswers.keep('ann', 'k', { fingerprint: 'f', sealed: 's' });
  expect(await begin(behind)).toEqual({ fingerprint: 'f', sealed: 's' });
});
