/** Approvals and deliveries that several replicas share: their stores on one Postgres, each with a clock of its own. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Approver } from '../../src/approvals/index.ts';

import { WEBHOOKS_AT_ONCE } from '../../src/limits/index.ts';
import { approvalAsk } from '../../src/store/conformance/approvals.ts';
import { decisionRow, describeResult, TestClock } from '../../src/store/conformance/index.ts';
import {
  type Delivery,
  FIRST_ORGANIZATION,
  GATEWAY,
  type NewDelivery,
  type Store,
} from '../../src/store/index.ts';
import { until } from '../support/programs.ts';
import { useStores } from '../support/stores.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const LEASE_MS = MINUTE_MS;
const TIMEOUT_MS = 600_000;
const ADA: Approver = { id: 'ada', role: 'admin', via: 'cli' };
const WEBHOOK = { organization: FIRST_ORGANIZATION, webhook: '01', url: 'https://a.example' };

type Replica = { readonly store: Store; readonly clock: TestClock };

const stores = useStores();
let one: Replica;
let ahead: Replica;
let behind: Replica;

beforeEach(async () => {
  [one, ahead, behind] = [await openReplica(0), await openReplica(HOUR_MS), await openReplica(-HOUR_MS)];
});

async function openReplica(wallStepMs: number): Promise<Replica> {
  const clock = new TestClock();
  clock.stepWall(wallStepMs);
  return { clock, store: await stores.open({ clock }) };
}

async function makeGrant({ grants }: Store): Promise<void> {
  const grant = { id: 'grant-1', organization: FIRST_ORGANIZATION, name: 'laptop', server: 'files' };
  await grants.create({ ...grant, labels: {}, mode: 'enforce', origin: 'minted' }, 'ab'.repeat(32));
}

/** Asks for an approval of its own; its id. */
async function ask({ store }: Replica, name = 'one', grantId = 'grant-1'): Promise<string> {
  const wanted = approvalAsk({ binding: name, call: name, grantId });
  const asked = await store.journal.ask(wanted, '{}', () => decisionRow({ forwarded: false }));
  if (asked.kind !== 'asked') throw new Error(`expected to be asked, found ${asked.kind}`);
  return asked.approval.id;
}

const decide = ({ store }: Replica, id: string) =>
  store.approvals.decide(id, { by: ADA, verdict: 'approve' });

const use = ({ store }: Replica, id: string) =>
  store.journal.admitApproved({ id, session: 'session-1', mayDecide: () => true }, [], describeResult);

const add = ({ store }: Replica) => store.outbox.add({ ...WEBHOOK, kind: 'test', body: '{}' });

const due = ({ store }: Replica, limit = WEBHOOKS_AT_ONCE) => store.outbox.due(limit, []);

/** What a replica finds due as soon as it knows that there may be something. */
async function found(replica: Replica): Promise<readonly Delivery[]> {
  let deliveries: readonly Delivery[] = [];
  await until(async () => {
    deliveries = await due(replica);
    return deliveries.length > 0;
  });
  return deliveries;
}

describe('an approval', () => {
  it('that was asked for on one replica is decided on another and used on a third, once', async () => {
    await makeGrant(one.store);
    const id = await ask(one);
    expect(await decide(ahead, id)).toMatchObject({ ok: true, approval: { state: 'approved' } });
    const uses = [one, ahead, behind].flatMap((replica) => [use(replica, id), use(replica, id)]);
    expect((await Promise.all(uses)).filter((admission) => admission !== undefined)).toHaveLength(1);
    for (const { store } of [one, ahead, behind])
      expect(await store.approvals.get(id)).toMatchObject({ state: 'used' });
  });

  it('is asked for once, on whichever replicas the same call comes', async () => {
    const wanted = [one, ahead, behind].map(({ store }) =>
      store.journal.ask(approvalAsk(), '{}', () => decisionRow({ forwarded: false })),
    );
    expect((await Promise.all(wanted)).map(({ kind }) => kind).sort()).toEqual(['asked', 'joined', 'joined']);
  });

  it('is decided by one of two who decide at once', async () => {
    await makeGrant(one.store);
    const id = await ask(one);
    const words = [one, ahead].map(({ store }, nth) =>
      store.approvals.decide(id, { by: { ...ADA, id: `${nth}` }, verdict: nth === 0 ? 'approve' : 'deny' }),
    );
    expect((await Promise.all(words)).map(({ ok }) => ok).sort()).toEqual([false, true]);
  });

  it('is not approved for a grant that was revoked on another replica', async () => {
    await makeGrant(one.store);
    const id = await ask(one);
    await one.store.grants.setState('grant-1', 'revoked');
    expect(await decide(ahead, id)).toMatchObject({ ok: false, code: 'ended' });
  });

  it('is withdrawn on all of them', async () => {
    await makeGrant(one.store);
    const id = await ask(one);
    await decide(one, id);
    await ahead.store.approvals.withdraw(id, 'declined');
    expect(await use(one, id)).toBeUndefined();
    expect(await behind.store.approvals.get(id)).toMatchObject({ state: 'withdrawn', because: 'declined' });
  });

  it('expires at one moment, whatever the wall clocks say, and is told of once', async () => {
    const id = await ask(one);
    // They began one after the other, each with the time that the database had then.
    for (const { clock } of [one, ahead, behind]) clock.pass(TIMEOUT_MS - MINUTE_MS);
    for (const { store } of [one, ahead, behind]) {
      await store.approvals.sweep();
      expect(await store.approvals.get(id)).toMatchObject({ state: 'waiting' });
    }
    for (const { clock } of [one, ahead, behind]) clock.pass(2 * MINUTE_MS);
    await Promise.all([one, ahead, behind].map(({ store }) => store.approvals.sweep()));
    expect(await behind.store.approvals.list({ limit: 9, states: ['expired'] })).toMatchObject([{ id }]);
    const told: string[] = [];
    await one.store.outbox.address(({ kind }) => {
      told.push(kind);
      return [];
    });
    expect(told).toEqual(['asked', 'expired']);
  });

  it('that changed on one replica is news on the others', async () => {
    await makeGrant(one.store);
    const looks = [one, ahead, behind].map(({ store }) => store.approvals.watch());
    const id = await ask(one);
    for (const look of looks) await until(look);
    await decide(ahead, id);
    for (const look of looks) await until(look);
    await use(behind, id);
    for (const look of looks) await until(look);
  });

  it('is one of many that are asked for at once, and expire at once', { timeout: 120_000 }, async () => {
    const many = 250;
    await Promise.all(Array.from({ length: many }, (_, nth) => ask(one, `${nth}`, `grant-${nth}`)));
    one.clock.pass(TIMEOUT_MS + 1_000);
    await one.store.approvals.sweep();
    expect(await one.store.approvals.list({ limit: 1_000, states: ['expired'] })).toHaveLength(many);
    await one.store.outbox.address(() => Array.from({ length: 3 }, () => ({ ...WEBHOOK, body: '{}' })));
    expect(await one.store.outbox.list(10_000)).toHaveLength(2 * many * 3);
  });
});

describe('a delivery', () => {
  it('is leased to one replica, however far their clocks are apart', async () => {
    const id = await add(one);
    expect(await found(behind)).toMatchObject([{ id }]);
    for (const replica of [one, ahead, behind]) expect(await due(replica)).toEqual([]);
    await behind.store.outbox.settle(id, { state: 'delivered', last: 'HTTP 204' });
    ahead.clock.pass(2 * LEASE_MS);
    expect(await due(ahead)).toEqual([]);
  });

  it('of many at once, each to one', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, () => add(one)));
    const given: string[] = [];
    await until(async () => {
      const all = await Promise.all([one, ahead, behind].map((replica) => due(replica, 3)));
      given.push(...all.flat().map(({ id }) => id));
      return given.length >= ids.length;
    });
    expect(given.toSorted()).toEqual(ids.toSorted());
  });

  it('of a replica that died is tried by another when the lease has run out', async () => {
    const id = await add(one);
    expect(await found(behind)).toMatchObject([{ id }]);
    await behind.store[Symbol.asyncDispose]();
    ahead.clock.pass(LEASE_MS - 1_000);
    expect(await due(ahead)).toEqual([]);
    ahead.clock.pass(2_000);
    expect(await found(ahead)).toMatchObject([{ id, attempts: 0 }]);
  });

  it('that was taken stays so, also when a replica whose lease had run out says otherwise', async () => {
    const id = await add(one);
    await found(behind);
    ahead.clock.pass(LEASE_MS + 1_000);
    await found(ahead);
    await ahead.store.outbox.settle(id, { state: 'delivered', last: 'HTTP 204' });
    await behind.store.outbox.settle(id, { state: 'due', last: 'timed out', nextAtMs: 0 });
    expect(await one.store.outbox.list(9)).toMatchObject([{ state: 'delivered', last: 'HTTP 204' }]);
  });

  it('is leased to nobody who cannot begin with it, nor twice to whom it is under way', async () => {
    const ids = [await add(one), await add(one), await add(one)];
    const [first] = await due(one, 1);
    one.clock.pass(LEASE_MS + 1_000);
    const rest = await one.store.outbox.due(9, [first?.id ?? '']);
    expect(rest.map(({ id }) => id).toSorted()).toEqual(ids.filter((id) => id !== first?.id).toSorted());
  });
});

describe('an event', () => {
  const toOne = (): readonly NewDelivery[] => [{ ...WEBHOOK, body: '{}' }];

  it('is addressed once, however many replicas address it at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      await ask(one, `${round}`);
      await until(() => [ahead, behind].every(({ store }) => store.outbox.hasWork()));
      await Promise.all([one, ahead, behind].map(({ store }) => store.outbox.address(toOne)));
    }
    expect(await one.store.outbox.list(100)).toHaveLength(10);
  });

  it('is addressed also when it comes while another replica is reading', async () => {
    for (let round = 0; round < 40; round += 1) {
      // What the first one wakes, the second one comes into.
      await ask(one, `first ${round}`, `grant ${round}`);
      await until(() => ahead.store.outbox.hasWork());
      await Promise.all([ahead.store.outbox.address(toOne), ask(one, `second ${round}`, `grant ${round}`)]);
      await until(async () => {
        if (ahead.store.outbox.hasWork()) await ahead.store.outbox.address(toOne);
        return (await one.store.outbox.list(1_000)).length === 2 * (round + 1);
      });
    }
  });
});

describe('a webhook', () => {
  const made = {
    organization: FIRST_ORGANIZATION,
    kind: 'json',
    events: ['asked'],
    state: 'active',
  } as const;
  const secretsAt = async ({ store }: Replica) => {
    await store.webhooks.refresh();
    return store.webhooks.active().map(({ secret }) => secret);
  };

  it('that one replica made, changed or removed is so on the others', async () => {
    await one.store.people.setup.open('code', Number.MAX_SAFE_INTEGER);
    const person = { id: 'ann', email: 'ann@acme.example', name: 'Ann', passwordHash: 'hash' };
    const organization = { id: FIRST_ORGANIZATION, name: 'Acme' };
    await one.store.people.setup.complete('code', { person, organization, memberId: 'm' });
    const place = { organization: FIRST_ORGANIZATION, id: '01' };
    const { webhooks } = one.store;
    await webhooks.create({ ...made, id: '01', name: 'chat', url: WEBHOOK.url, secret: 'first' }, GATEWAY);
    await until(async () => (await secretsAt(ahead)).includes('first'));
    await ahead.store.webhooks.change(place, { secret: 'second' }, GATEWAY);
    expect(ahead.store.webhooks.active()).toMatchObject([{ secret: 'second' }]);
    await until(async () => (await secretsAt(one)).includes('second'));
    await webhooks.remove(place, GATEWAY);
    await until(async () => (await secretsAt(ahead)).length === 0);
  });
});
