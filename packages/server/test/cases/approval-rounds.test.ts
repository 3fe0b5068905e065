import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, type Json } from '@boomgate/engine';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { times } from '../../../engine/test/runs.ts';
import { type Approval, type Approver, openSqliteStore, type Store, type Verdict } from '../../src/index.ts';
import {
  APPROVAL_POINTS,
  CALL_POINTS,
  HOLD_MS_MAX,
  MAX_WAITING_APPROVALS,
  systemClock,
} from '../../src/limits/index.ts';
import { keyedHash } from '../../src/store/index.ts';
import { until } from '../support/programs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';
import { type ChildGateway, killChildGateways, startChildGateway } from './support/crash.ts';

/** Each life of the gateway sees so many approvals and ends with a kill. */
const ROUNDS_PER_LIFE = 50;
/** `BOOMGATE_APPROVAL_ROUNDS=10000` plays as many; without it 100, more or fewer as for every property. */
const ROUNDS = Number(process.env['BOOMGATE_APPROVAL_ROUNDS'] ?? times(100));
const LIVES = Math.max(1, Math.ceil(ROUNDS / ROUNDS_PER_LIFE));
/** Milliseconds for one life on a machine that does much else. */
const LIFE_MS = 60_000;
/** Lives after which a long run says how far it is. */
const TOLD_LIVES = 20;
const POINTS = [...CALL_POINTS, ...APPROVAL_POINTS];
/** After so many passings at most it dies; a point that is not passed so often ends with the life. */
const PASSINGS_MAX = 60;
const DECIDERS = 3;
const REPLAYS = 4;
/** Fewer approvals wait at once than a grant may have. */
const GRANTS = ['one', 'two', 'three', 'four'].map((name) => ({
  name,
  token: `token-of-grant-${name}-for-the-approval-rounds`,
}));
const POLICY = {
  version: '1',
  default: 'deny',
  tools: {
    pay: {
      action: 'require_approval',
      approval: { timeout: '1h' },
      limits: [{ counter: 'paid', window: 'day', max: 1_000_000, scope: 'grant' }],
    },
  },
};

/** One call that needs a person: what it says, and what people say of it. */
type Round = {
  readonly n: number;
  readonly args: { readonly n: number; readonly text: string; readonly nested: readonly Json[] };
  readonly token: string;
  readonly verdicts: readonly Verdict[];
};

type Places = { readonly config: string; readonly data: string };

let folder: string;
let stub: Stub;
let options: Places;
/** The same with calls that are held open. */
let holding: Places;
/** What the server received, as it came: the canonical arguments by their number. */
const received = new Map<number, string[]>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomgate-approval-rounds-'));
  options = { config: join(folder, 'boomgate.config.json'), data: join(folder, 'data') };
  stub = await startStub({
    era: 'modern',
    tools: [{ name: 'pay' }],
    onCall: ({ message }) => {
      // Calls of this test carry a number.
      const args = (message.params?.['arguments'] ?? {}) as Round['args'];
      received.set(args.n, [...(received.get(args.n) ?? []), canonicalJson(args)]);
      return false;
    },
  });
  const grants = Object.fromEntries(
    GRANTS.map(({ name, token }) => [name, { server: 'stub', policy: 'held', token }]),
  );
  const mcpServers = { stub: { url: stub.url, era: 'modern' } };
  holding = { config: join(folder, 'holding.config.json'), data: join(folder, 'holding') };
  const base = { mcpServers, policies: { held: POLICY }, grants };
  await writeFile(options.config, JSON.stringify({ ...base, approvals: { hold_ms: 0 } }));
  await writeFile(holding.config, JSON.stringify({ ...base, approvals: { hold_ms: HOLD_MS_MAX } }));
});

afterAll(async () => {
  killChildGateways();
  await stub[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function roundOf(n: number): Round {
  const { token = '' } = GRANTS[n % GRANTS.length] ?? {};
  const text = `payment ${n} \u202e\u0000 "${'x'.repeat(Math.floor(Math.random() * 50))}"`;
  const verdicts = Array.from(
    { length: DECIDERS },
    () => (Math.random() < 0.8 ? 'approve' : 'deny') as Verdict,
  );
  return { n, args: { n, text, nested: [n, { deep: [null, true, 0.1] }] }, token, verdicts };
}

/** One call; the id of the approval that it waits for, if it waits and the gateway lives. */
async function call(gateway: ChildGateway, { args, n, token }: Round): Promise<string | undefined> {
  const answer = await post(`${gateway.url}/mcp/stub`, token, modernCall('pay', args, n)).catch(
    () => undefined,
  );
  return /"boomgate\/approval":\{"id":"(apr_[0-9a-f]+)"/.exec(answer?.text ?? '')?.[1];
}

const callAll = (gateway: ChildGateway, round: Round): Promise<readonly (string | undefined)[]> =>
  Promise.all(Array.from({ length: REPLAYS }, () => call(gateway, round)));

const decider = (at: number): Approver => ({ id: `decider-${at}`, role: 'approver', via: 'cli' });

type Life = {
  readonly gateway: ChildGateway;
  /** One for each decider, beside the gateway. */
  readonly stores: readonly Store[];
  readonly reader: Store;
  readonly digest: (text: string) => string;
};

async function beginLife(): Promise<Life> {
  const gateway = await startChildGateway(options);
  const open = () => openSqliteStore({ directory: options.data, clock: systemClock(), as: 'writer' });
  const stores = await Promise.all(Array.from({ length: DECIDERS }, open));
  const reader = await open();
  return { gateway, stores, reader, digest: keyedHash(reader.secrets.key('argument-hash')) };
}

/** The approvals of so many calls at most, by the digest of their arguments; the oldest first. */
async function approvalsByHash({ reader }: Life): Promise<ReadonlyMap<string, readonly Approval[]>> {
  const all = await reader.approvals.list({ limit: ROUNDS_PER_LIFE * 10 });
  return Map.groupBy(all.toReversed(), ({ argsHash }) => argsHash);
}

/** Agents ask and call again, people decide at once, whatever becomes of the gateway. */
async function play(life: Life, round: Round): Promise<void> {
  const { gateway, stores } = life;
  const first = (await callAll(gateway, round)).find((id) => id !== undefined);
  if (first === undefined) return;
  const words = stores.map((store, at) =>
    store.approvals.decide(first, { by: decider(at), verdict: round.verdicts[at] ?? 'deny' }),
  );
  await Promise.all([...words, callAll(gateway, round)]);
  await callAll(gateway, round);
}

/** What was received of a call is what was asked, and was received once. */
function expectOnce(round: Round, where: string): void {
  const bodies = received.get(round.n) ?? [];
  expect(bodies.length, `${where}: sent twice`).toBeLessThanOrEqual(1);
  expect(
    bodies.filter((body) => body !== canonicalJson(round.args)),
    `${where}: other bytes`,
  ).toEqual([]);
}

/** The approval and the record of the call are one: neither is there without the other. Gives how many were used. */
async function expectBooks(
  life: Life,
  rounds: readonly Round[],
  { after, where }: { after: number; where: string },
) {
  const known = await approvalsByHash(life);
  const rows = (await life.reader.decisions.query({ after, limit: 10_000 })).filter(
    ({ row }) => row.forwarded,
  );
  let used = 0;
  for (const round of rounds) {
    const hash = life.digest(canonicalJson(round.args));
    const usedUp = (known.get(hash) ?? []).filter(({ state }) => state === 'used');
    const recorded = rows.filter(({ row }) => row.argsHash === hash).map(({ row }) => row.approval);
    expect(recorded, `${where}, round ${round.n}`).toEqual(usedUp.map(({ id }) => id));
    expect(usedUp.length, where).toBeGreaterThanOrEqual((received.get(round.n) ?? []).length);
    expect(usedUp.flatMap(({ votes }) => votes).filter(({ verdict }) => verdict === 'deny')).toEqual([]);
    used += usedUp.length;
  }
  return used;
}

/** What was asked anew by who came too late is nobody's to wait for. */
async function clearAway({ reader }: Life): Promise<void> {
  for (const { id } of await reader.approvals.list({ states: ['waiting'], limit: 1_000 }))
    await reader.approvals.withdraw(id, 'the round is over');
}

it(`lets each approved call through at most once and with its own bytes, in ${LIVES * ROUNDS_PER_LIFE} rounds of racing deciders, replays and kills (G-03, G-11)`, {
  timeout: LIFE_MS * LIVES,
}, async () => {
  let [used, killed, after] = [0, 0, 0];
  let carried: readonly Round[] = [];
  for (let at = 0; at < LIVES; at += 1) {
    const life = await beginLife();
    const { gateway, reader, stores } = life;
    after = (await reader.decisions.query({ limit: 1 }))[0]?.cursor ?? after;
    // What the life before left: whatever that is, it is not sent a second time, and nothing was approved by dying.
    await Promise.all(carried.map((round) => callAll(gateway, round)));
    await clearAway(life);
    for (const round of carried) expectOnce(round, `life ${at}, carried from the one before`);

    const point = POINTS[at % POINTS.length] ?? 'intent';
    await gateway.arm({ point, passings: 1 + Math.floor(Math.random() * PASSINGS_MAX) });
    const rounds = Array.from({ length: ROUNDS_PER_LIFE }, (_, one) => roundOf(at * ROUNDS_PER_LIFE + one));
    await Promise.all(rounds.map((round) => play(life, round)));
    killed += Number(await isGone(gateway));
    await gateway.kill();

    const where = `life ${at}, killed at ${point}`;
    for (const round of rounds) expectOnce(round, where);
    used += await expectBooks(life, rounds, { after, where });
    await clearAway(life);
    carried = rounds;
    for (const store of [...stores, reader]) await store[Symbol.asyncDispose]();
    if ((at + 1) % TOLD_LIVES === 0)
      console.log(`approval rounds: ${(at + 1) * ROUNDS_PER_LIFE} played, ${used} let through`);
  }
  await using store = await openSqliteStore({
    directory: options.data,
    clock: systemClock(),
    as: 'reader',
  });
  expect((await store.decisions.verify()).findings).toEqual([]);
  console.log(
    `approval rounds: ${used} of ${LIVES * ROUNDS_PER_LIFE} let through, ${killed} of ${LIVES} lives ended at their point`,
  );
  // The rounds mean something: many were let through, and most lives ended in the middle of them.
  expect(used).toBeGreaterThan((LIVES * ROUNDS_PER_LIFE) / 20);
  expect(killed).toBeGreaterThan(LIVES / 3);
});

/** Whether it is dead already; one that lives answers. */
function isGone({ gone, url }: ChildGateway): Promise<boolean> {
  const answers = fetch(`${url}/healthz`).then(() => false);
  return Promise.race([gone.then(() => true), answers.catch(() => gone.then(() => true))]);
}

it('G-10 leaves all that was held waiting when it is killed, and nothing approved', async () => {
  const gateway = await startChildGateway(holding);
  await using store = await openSqliteStore({
    directory: holding.data,
    clock: systemClock(),
    as: 'writer',
  });
  const waiting = () => store.approvals.list({ states: ['waiting'], limit: 1_000 });
  const base = LIVES * ROUNDS_PER_LIFE;
  // All of one grant, each held on several connections.
  const rounds = Array.from({ length: MAX_WAITING_APPROVALS }, (_, at) => roundOf(base + at * GRANTS.length));
  const calls = rounds.flatMap((round) => Array.from({ length: 5 }, () => call(gateway, round)));
  const asked = async () => (await store.decisions.query({ limit: 1_000, outcome: 'approve' })).length;
  await until(async () => (await asked()) === calls.length);
  await gateway.kill();
  expect(new Set(await Promise.all(calls))).toEqual(new Set([undefined]));

  const again = await startChildGateway(holding);
  expect(await waiting()).toHaveLength(rounds.length);
  const [first = roundOf(0)] = rounds;
  const held = call(again, first);
  await until(async () => (await asked()) === calls.length + 1);
  const hash = keyedHash(store.secrets.key('argument-hash'))(canonicalJson(first.args));
  const own = (await waiting()).find(({ argsHash }) => argsHash === hash);
  expect((await store.approvals.decide(own?.id ?? '', { by: decider(0), verdict: 'approve' })).ok).toBe(true);
  expect(await held).toBeUndefined();
  expect([...received.keys()].filter((n) => n >= base)).toEqual([first.n]);
  await again.kill();
});
