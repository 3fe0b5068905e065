import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '@boomgate/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded, times } from '../../../engine/test/runs.ts';
import { CALL_POINTS, type CallPoint, systemClock } from '../../src/limits/index.ts';
import { keyedHash, openSqliteStore } from '../../src/store/index.ts';
import { openDatabase } from '../../src/store/sqlite/driver.ts';
import { modernCall, post, type RawAnswer } from '../support/rpc.ts';
import { answer, type Stub, startStub } from '../support/stub.ts';
import { type ChildGateway, killChildGateways, startChildGateway } from './support/crash.ts';

/** After how many passings of a point the gateway dies: the first call of all, and some that are drawn anew for each run. */
const PASSINGS = [1, ...fc.sample(fc.constantFrom(2, 3, 5, 8, 13, 21, 34, 55, 89), seeded(times(3)))];
const ROUNDS = PASSINGS.flatMap((passings) => CALL_POINTS.map((point) => ({ point, passings })));
const AGENTS = 16;
const AT_ONCE = 8;
const READY_MS = 3_000;
const TOKEN = 'token-of-the-grant-for-the-crash-tests';
const POLICY = {
  version: '1',
  default: 'deny',
  tools: {
    work: { limits: [{ counter: 'work_day', window: 'day', max: 1_000_000, scope: 'grant' }] },
    narrow: { limits: [{ counter: 'narrow_at_once', concurrent: AT_ONCE, scope: 'grant' }] },
  },
};

let folder: string;
let config: string;
let data: string;
let stub: Stub;
/** The markers of all calls that the server received, as they came, and how it answers the rest of them. */
const received: number[] = [];
let held: (() => void)[] | undefined;
let marker = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomgate-crash-'));
  config = join(folder, 'boomgate.config.json');
  data = join(folder, 'data');
  stub = await startStub({
    era: 'modern',
    tools: [{ name: 'work' }, { name: 'narrow' }],
    onCall: ({ message }, response) => {
      // Calls of this test carry one number.
      const { n } = (message.params?.['arguments'] ?? {}) as { n: number };
      received.push(n);
      if (held === undefined) return false;
      const result = { resultType: 'complete', content: [] };
      held.push(() => answer(response, { jsonrpc: '2.0', id: message.id, result }));
      return true;
    },
  });
  const grants = { test: { server: 'stub', policy: 'limited', token: TOKEN } };
  const mcpServers = { stub: { url: stub.url, era: 'modern' } };
  await writeFile(config, JSON.stringify({ mcpServers, policies: { limited: POLICY }, grants }));
});

afterAll(async () => {
  killChildGateways();
  await stub[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** One call with a marker of its own; undefined when the gateway died under it. */
async function callOnce(gateway: ChildGateway, tool: string): Promise<{ n: number; answer?: RawAnswer }> {
  marker += 1;
  const n = marker;
  const answered = await post(`${gateway.url}/mcp/stub`, TOKEN, modernCall(tool, { n }, n)).catch(
    () => undefined,
  );
  return answered === undefined ? { n } : { n, answer: answered };
}

const isAllowed = (one: { answer?: RawAnswer }): boolean =>
  one.answer?.body.result !== undefined && one.answer.body.result.isError !== true;

/** Agents that call until the gateway dies; the markers of the calls that were answered. */
async function loadUntilDeath(gateway: ChildGateway): Promise<readonly number[]> {
  const answered: number[] = [];
  const agent = async () => {
    for (;;) {
      const one = await callOnce(gateway, 'work');
      if (one.answer === undefined) return;
      if (isAllowed(one)) answered.push(one.n);
    }
  };
  await Promise.all(Array.from({ length: AGENTS }, agent));
  return answered;
}

type Books = {
  readonly hashes: ReadonlySet<string>;
  readonly forwarded: number;
  readonly integrity: unknown;
};

/** What the database says, read beside the running gateway. */
function readBooks(): Books {
  const database = openDatabase(join(data, 'boomgate.db'), { readOnly: true, busyTimeoutMs: 1_000 });
  const rows = database
    .prepare<{ args_hash: string; target: string }>(
      "select entry ->> 'argsHash' as args_hash, entry ->> 'target' as target from decisions where entry ->> 'forwarded' = 1",
    )
    .all();
  const integrity = database.pragma('integrity_check', { simple: true });
  database.close();
  return {
    hashes: new Set(rows.map((row) => row.args_hash)),
    forwarded: rows.filter(({ target }) => target === 'work').length,
    integrity,
  };
}

async function hashOfMarker(): Promise<(n: number) => string> {
  const store = await openSqliteStore({ directory: data, clock: systemClock(), as: 'reader' });
  const hash = keyedHash(store.secrets.key('argument-hash'));
  await store[Symbol.asyncDispose]();
  return (n) => hash(canonicalJson({ n }));
}

/** How many units of the day's limit are used, as the next decision says. */
async function unitsUsed(gateway: ChildGateway): Promise<number> {
  const one = await callOnce(gateway, 'work');
  expect(isAllowed(one)).toBe(true);
  const store = await openSqliteStore({ directory: data, clock: systemClock(), as: 'reader' });
  const [entry] = await store.decisions.query({ limit: 1, target: 'work' });
  await store[Symbol.asyncDispose]();
  return entry?.row.usage[0]?.before ?? Number.NaN;
}

/** All places of the concurrency limit are free: they can be taken at once, and one more cannot. */
async function expectPlacesFree(gateway: ChildGateway): Promise<void> {
  const waiting: (() => void)[] = [];
  held = waiting;
  const before = received.length;
  const calls = Array.from({ length: AT_ONCE }, () => callOnce(gateway, 'narrow'));
  await until(() => received.length === before + AT_ONCE);
  const oneMore = await callOnce(gateway, 'narrow');
  for (const release of waiting) release();
  held = undefined;
  expect((await Promise.all(calls)).filter(isAllowed)).toHaveLength(AT_ONCE);
  expect(isAllowed(oneMore)).toBe(false);
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('the condition did not come true within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('a gateway that is killed at a point of a call and started again (F-21, F-23)', () => {
  it(`loses nothing in ${ROUNDS.length} rounds over ${CALL_POINTS.join(', ')}`, {
    timeout: 200_000,
  }, async () => {
    const killed = new Map<CallPoint, number>();
    const workSent = () => new Set(received.filter((n) => !narrow.has(n))).size;
    const narrow = new Set<number>();
    const readyMs: number[] = [];
    let gateway = await startChildGateway({ config, data });
    const hashOf = await hashOfMarker();
    for (const fuse of ROUNDS) {
      await gateway.arm(fuse);
      const answered = await loadUntilDeath(gateway);
      expect(await gateway.gone).toBe('SIGKILL');
      killed.set(fuse.point, (killed.get(fuse.point) ?? 0) + 1);

      gateway = await startChildGateway({ config, data });
      const where = `killed at passing ${fuse.passings} of ${fuse.point}`;
      // What the gateway does is bounded each time; starting the process also depends on what else the machine does.
      expect(gateway.openedMs, where).toBeLessThan(READY_MS);
      readyMs.push(gateway.readyMs);
      const books = readBooks();
      expect(books.integrity, where).toBe('ok');
      expect(
        received.filter((n) => !books.hashes.has(hashOf(n))),
        where,
      ).toEqual([]);
      expect(new Set(received).size, `${where}: no call reached the server twice`).toBe(received.length);
      expect(
        answered.filter((n) => !received.includes(n)),
        where,
      ).toEqual([]);
      const sentBefore = workSent();
      const used = await unitsUsed(gateway);
      expect(used, where).toBeGreaterThanOrEqual(sentBefore);
      expect(used, `${where}: what is counted was recorded`).toBe(books.forwarded);
      const first = marker;
      await expectPlacesFree(gateway);
      for (let n = first + 1; n <= marker; n += 1) narrow.add(n);
    }
    await gateway.kill();
    expect(readyMs.toSorted((a, b) => a - b)[Math.floor(readyMs.length / 2)]).toBeLessThan(READY_MS);
    expect(Object.fromEntries(killed)).toEqual(
      Object.fromEntries(CALL_POINTS.map((point) => [point, PASSINGS.length])),
    );
  });
});
