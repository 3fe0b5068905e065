/** What replicas share whose machines do not agree what time it is. */
import { beforeEach, expect, it } from 'vitest';
import { TOKEN_LEASE_MS } from '../../src/limits/index.ts';
import { TestClock } from '../../src/store/conformance/index.ts';
import { connected } from '../../src/store/conformance/server-sign-ins.ts';
import type { Store } from '../../src/store/index.ts';
import { useStores } from '../support/stores.ts';

const SKEW_MS = 240_000;

const stores = useStores();
let ahead: Store;
let behind: Store;
let clock: TestClock;

beforeEach(async () => {
  clock = new TestClock();
  const other = new TestClock();
  other.stepWall(SKEW_MS);
  [behind, ahead] = [await stores.open({ clock }), await stores.open({ clock: other })];
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
