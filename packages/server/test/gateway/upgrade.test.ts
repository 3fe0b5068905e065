/** Replicas of one version and of the next on one database, under load, on the way there and back. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { askAll } from '../support/postgres.ts';
import { until } from '../support/programs.ts';
import { bootReplicas, type Replicas } from '../support/replicas.ts';
import { modernCall, post, type RawAnswer } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';

const here = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url));
const START_MS = 60_000;
/** Agents that call one after the other, without a rest. */
const AGENTS = 4;
/** Calls that each state of the replicas is to answer. */
const ENOUGH = 250;
/** Far less than are made, and more than are made before the schema changes. */
const MAX = 300;
/** Milliseconds that no call may take while the schema changes. */
const HELD_UP_MS = 500;
const TOOLS = ['free', 'limited', 'denied'] as const;
type Tool = (typeof TOOLS)[number];

const POLICY = {
  version: '1',
  default: 'deny',
  tools: {
    free: { action: 'allow' },
    limited: { action: 'allow', limits: [{ counter: 'limited', max: MAX, window: 'day' }] },
  },
};

type Call = {
  readonly id: number;
  readonly tool: Tool;
  readonly at: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Undefined when the connection was closed before an answer. */
  readonly answer: RawAnswer | undefined;
};

let stub: Stub;
let replicas: Replicas;
let back: TestGateway | undefined;
const children: ChildProcess[] = [];

beforeAll(async () => {
  stub = await startStub({ era: 'modern', tools: TOOLS.map((name) => ({ name })) });
  replicas = await bootReplicas({
    mcpServers: { s: { url: stub.url, era: 'modern' } },
    policies: { p: POLICY },
  });
}, START_MS);

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await back?.[Symbol.asyncDispose]();
  await replicas[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

/** A process of the next version; what it says first. */
async function next(program: string, args: readonly string[]): Promise<[ChildProcess, unknown]> {
  const env = { ...process.env, ...replicas.environment };
  const execArgv = ['--import', here('next-version.ts')];
  const child = fork(here(program), args, { env, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  children.push(child);
  const [said] = await once(child, 'message');
  return [child, said];
}

/** Migrates beside somebody for whom the making of the index waits, as it would take long on a table of many rows. */
async function withLongIndex(
  database: string,
  {
    meanwhile,
    migrate,
  }: { readonly migrate: () => Promise<unknown>; readonly meanwhile: () => Promise<void> },
): Promise<unknown> {
  const holder = new pg.Client({ connectionString: database });
  await holder.connect();
  try {
    await holder.query('begin; lock table usage in row exclusive mode');
    const migrated = migrate();
    await until(async () => {
      const waiting = `select 1 from pg_stat_activity where query like 'create index%' and wait_event_type = 'Lock'`;
      const [found = []] = await askAll(database, [waiting]);
      return found.length > 0;
    });
    await meanwhile();
    await holder.query('rollback');
    return await migrated;
  } finally {
    await holder.end();
  }
}

/** Agents that go on calling, each at the next of the replicas that there are; `end` resolves when all are answered. */
function startLoad(at: Set<string>) {
  const calls: Call[] = [];
  let id = 0;
  let isOver = false;
  const agent = async (): Promise<void> => {
    while (!isOver) {
      id += 1;
      const own = id;
      const urls = [...at];
      const url = urls[own % urls.length] ?? '';
      const tool = TOOLS[own % TOOLS.length] ?? 'free';
      const sinceMs = performance.now();
      const request = modernCall(tool, { id: own }, own);
      const answer = await post(`${url}/mcp/s/`, replicas.one.test.token, request).catch(() => undefined);
      calls.push({ id: own, tool, at: url, sinceMs, untilMs: performance.now(), answer });
    }
  };
  const agents = Array.from({ length: AGENTS }, agent);
  return {
    calls,
    /** Resolves when so many more were answered, by the replica at `url` if there is one. */
    more: async (url?: string) => {
      const answered = () => calls.filter(({ answer, at: by }) => answer && by === (url ?? by)).length;
      const before = answered();
      await until(() => answered() >= before + ENOUGH);
    },
    async end() {
      isOver = true;
      await Promise.all(agents);
    },
  };
}

const isLetThrough = ({ answer }: Call) =>
  answer?.body.result !== undefined && answer.body.result['isError'] !== true;
const isRefused = ({ answer }: Call) =>
  answer?.body.result?.content?.[0]?.text?.includes('POLICY DENIED') === true;
/** Postgres ends the transaction of a replica that does not come to its turn for long, as on a busy machine; its calls are refused. */
const isUnrecorded = ({ answer }: Call) =>
  answer?.body.error?.message.includes('cannot record requests now') === true;

it('N, N+1 and N again, under load: no call is decided wrongly', { timeout: 3 * START_MS }, async () => {
  const { database, one, other } = replicas;
  const at = new Set([one.test.gateway.url, other.gateway.url]);
  const load = startLoad(at);
  await load.more(other.gateway.url);

  // The schema of N+1, while replicas of N run.
  const changingMs = performance.now();
  const made = await withLongIndex(database, {
    migrate: async () => (await next('migrate-process.ts', [database]))[1],
    meanwhile: () => load.more(),
  });
  const changedMs = performance.now();
  expect(made).toEqual(['9001_next', '9002_usage_by_amount']);
  await load.more(other.gateway.url);

  // N+1 in place of one of N.
  const [newer, said] = await next('gateway-process.ts', [
    one.test.configFile,
    `${other.data}/next`,
    database,
  ]);
  const newerUrl = String(said);
  at.add(newerUrl);
  await load.more(newerUrl);
  at.delete(other.gateway.url);
  await other.gateway.close();
  await load.more(newerUrl);

  // And N once more, on the schema of N+1.
  back = await bootGateway({
    mcpServers: {},
    options: { database, config: one.test.configFile },
    environment: replicas.environment,
  });
  at.add(back.gateway.url);
  await load.more(back.gateway.url);
  at.delete(newerUrl);
  newer.kill('SIGTERM');
  expect(await once(newer, 'exit')).toEqual([0, null]);
  await load.more(back.gateway.url);
  await load.end();

  const calls = load.calls.filter((call) => !isUnrecorded(call));
  const unrecorded = load.calls.filter(isUnrecorded);
  expect(unrecorded.length).toBeLessThanOrEqual(4 * AGENTS);
  expect(calls.filter((call) => !isLetThrough(call) && !isRefused(call))).toEqual([]);
  const of = (tool: Tool) => calls.filter((call) => call.tool === tool);
  expect(of('free').filter((call) => !isLetThrough(call))).toEqual([]);
  expect(of('denied').filter((call) => !isRefused(call))).toEqual([]);
  expect(of('limited').filter(isLetThrough)).toHaveLength(MAX);
  expect(of('limited').filter(isRefused)).toHaveLength(of('limited').length - MAX);

  // Each that was let through was forwarded once, and no other.
  const idsOf = (some: readonly Call[]) => some.map(({ id }) => id).sort((a, b) => a - b);
  const forwarded = stub.calls().map(({ message }) => Number(Object(message.params?.['arguments']).id));
  expect(forwarded.sort((a, b) => a - b)).toEqual(idsOf(calls.filter(isLetThrough)));

  // Each has its row, with what became of it. A commit of which nothing was heard may have been one: its calls were not forwarded, and
  // what they took was given back.
  const atLeast = (tool: Tool, count: number) => {
    const most = count + unrecorded.filter((call) => call.tool === tool).length;
    return expect.toSatisfy((found: number) => found >= count && found <= most);
  };
  const rows = async () =>
    (
      await askAll(database, [
        `select json_of(entry) ->> 'target' as tool, json_of(entry) ->> 'outcome' as outcome, count(*)::int as n,
       count(o.decision)::int as ended from decisions left join (select decision from outcomes) as o on decision = cursor
     group by 1, 2 order by 1, 2`,
      ])
    )[0];
  const free = atLeast('free', of('free').length);
  const within = atLeast('limited', MAX);
  const beyond = atLeast('limited', of('limited').length - MAX);
  // An outcome that could not be written is written a little later.
  await expect.poll(rows).toEqual([
    { tool: 'denied', outcome: 'deny', n: atLeast('denied', of('denied').length), ended: 0 },
    { tool: 'free', outcome: 'allow', n: free, ended: free },
    { tool: 'limited', outcome: 'allow', n: within, ended: within },
    { tool: 'limited', outcome: 'limit', n: beyond, ended: 0 },
  ]);
  expect((await one.test.gateway.store.decisions.verify()).findings).toEqual([]);

  const meanwhile = calls.filter(({ sinceMs, untilMs }) => untilMs > changingMs && sinceMs < changedMs);
  expect(meanwhile.length).toBeGreaterThan(AGENTS);
  expect(Math.max(...meanwhile.map(({ sinceMs, untilMs }) => untilMs - sinceMs))).toBeLessThan(HELD_UP_MS);
});
