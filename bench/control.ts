import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@boomgate/contract';
import { mintToken, ORGANIZATION, startGateway } from '../packages/server/src/index.ts';
import { decisionRow } from '../packages/server/src/store/conformance/fixtures.ts';
import type { Store } from '../packages/server/src/store/index.ts';
import { newVisitor } from '../packages/server/test/support/visitor.ts';

/** Milliseconds, as whoever calls sees them. */
type Quantiles = { readonly p50Ms: number; readonly p99Ms: number; readonly mostMs: number };

type ControlFigures = {
  readonly rows: number;
  readonly grants: number;
  readonly calls: number;
  /** Milliseconds in which all rows, none of them counted before, were counted for statistics. */
  readonly countedMs: number;
  /** One request at a time: what the aim is about. */
  readonly alone: Quantiles;
  /** `CLIENTS` at once on the one thread, each of which waits for the others. */
  readonly loaded: Quantiles;
  readonly byEndpoint: readonly {
    readonly name: string;
    readonly alone: Quantiles;
    readonly loaded: Quantiles;
  }[];
};

/** Milliseconds that 99 % of requests take at most, one at a time. */
const AIM_MS = 50;
const ROWS = 100_000;
const GRANTS = 1_000;
const ROUNDS = 100;
/** People and scripts at once. */
const CLIENTS = 4;
/** Rows whose commit is waited for at once. */
const LOT = 1_000;

const POLICY = { version: '1', default: 'deny', tools: { list_files: { action: 'allow' } } };

/** What the admin API takes beside a log and grants of the size that the aim names. The machine does nothing else. */
export async function benchControl(): Promise<ControlFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-bench-'));
  const config = join(folder, 'boomgate.config.json');
  const mcpServers = { files: { url: 'http://127.0.0.1:9/mcp' } };
  await writeFile(config, JSON.stringify({ mcpServers, policies: { safe: POLICY } }));
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const place = { host: '127.0.0.1', port: 0, data: join(folder, 'data'), environment: process.env };
  const started = await startGateway({ ...place, config, log: quiet });
  if (!started.ok) throw new Error(started.problems.join('\n'));
  const { gateway } = started;
  try {
    await fill(gateway.store);
    // As in a log that grew over days: calls are counted as they come.
    const startMs = performance.now();
    await gateway.store.stats.advance();
    const countedMs = performance.now() - startMs;
    const { client } = newVisitor({ url: gateway.url });
    const who = { name: 'Ann', email: 'ann@acme.example', password: 'correct horse battery staple' };
    const done = await client.setup.complete({
      body: { code: gateway.setup?.code ?? '', organization: 'Acme', ...who },
    });
    if (!done.ok) throw new Error(done.problem.title);
    return { ...(await measure(client)), countedMs };
  } finally {
    await gateway.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill({ grants, journal }: Store): Promise<void> {
  const names = Array.from({ length: GRANTS }, (_, at) => `grant ${at}`);
  for (const name of names) {
    const grant = { id: randomUUID(), organization: ORGANIZATION, name, server: 'files', policy: 'safe' };
    await grants.create({ ...grant, labels: {}, mode: 'enforce', origin: 'minted' }, mintToken().hash);
  }
  for (let at = 0; at < ROWS; at += LOT) {
    const rows = Array.from({ length: LOT }, (_, one) =>
      decisionRow({
        id: randomUUID(),
        atMs: Date.now() - ROWS + at + one,
        grantName: names[(at + one) % GRANTS] ?? '',
        target: `tool_${(at + one) % 40}`,
        outcome: one % 10 === 0 ? 'deny' : 'allow',
        forwarded: false,
      }),
    );
    await Promise.all(rows.map((row) => journal.record(row)));
  }
}

type Calls = Readonly<Record<string, (client: Client) => Promise<{ readonly ok: boolean }>>>;

const CALLS: Calls = {
  'session.read': ({ session }) => session.read(),
  'servers.list': ({ servers }) => servers.list({ query: {} }),
  'grants.list': ({ grants }) => grants.list({ query: { limit: 200 } }),
  'grants.mint': ({ grants }) =>
    grants.mint({ body: { name: randomUUID(), server: 'files', policy: 'safe' } }),
  'decisions.list': ({ decisions }) => decisions.list({ query: {} }),
  'decisions.list of one grant': ({ decisions }) => decisions.list({ query: { grant: 'grant 7' } }),
  'decisions.list of a text that is not there': ({ decisions }) =>
    decisions.list({ query: { text: 'nowhere to be found' } }),
  'approvals.list': ({ approvals }) => approvals.list({ query: {} }),
  'audit.list': ({ audit }) => audit.list({ query: {} }),
  'policies.list': ({ policies }) => policies.list({ query: {} }),
  'policies.check': ({ policies }) => policies.check({ body: { document: POLICY } }),
  'policies.create': ({ policies }) => policies.create({ body: { name: randomUUID(), document: POLICY } }),
  'stats.read': ({ stats }) =>
    stats.read({
      query: {
        since: new Date(Date.now() - 86_400_000).toISOString(),
        until: new Date().toISOString(),
        bucket: 'hour',
      },
    }),
  'stack.read': ({ stack }) => stack.read({}),
  'members.list': ({ members }) => members.list({ query: {} }),
};

async function measure(client: Client): Promise<Omit<ControlFigures, 'countedMs'>> {
  const alone = await times(client, 1);
  const loaded = await times(client, CLIENTS);
  return {
    ...{ rows: ROWS, grants: GRANTS, calls: 2 * ROUNDS * Object.keys(CALLS).length },
    ...{ alone: quantiles([...alone.values()].flat()), loaded: quantiles([...loaded.values()].flat()) },
    byEndpoint: Object.keys(CALLS).map((name) => ({
      name,
      alone: quantiles(alone.get(name) ?? []),
      loaded: quantiles(loaded.get(name) ?? []),
    })),
  };
}

type Times = ReadonlyMap<string, number[]>;

async function times(client: Client, clients: number): Promise<Times> {
  const taken = new Map<string, number[]>(Object.keys(CALLS).map((name) => [name, []]));
  const turns = Array.from({ length: ROUNDS }, () => Object.entries(CALLS))
    .flat()
    .values();
  await Promise.all(Array.from({ length: clients }, () => turn(client, turns, taken)));
  return taken;
}

/** One client that takes the next call as soon as it has its answer. */
async function turn(
  client: Client,
  turns: Iterable<[string, (client: Client) => Promise<{ readonly ok: boolean }>]>,
  taken: Times,
): Promise<void> {
  for (const [name, call] of turns) {
    const startedMs = performance.now();
    const answer = await call(client);
    taken.get(name)?.push(performance.now() - startedMs);
    if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer)}`);
  }
}

function quantiles(times: readonly number[]): Quantiles {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99), mostMs: at(1) };
}

export function printControl(figures: ControlFigures): void {
  const { alone, byEndpoint, calls, countedMs, grants, loaded, rows } = figures;
  const ms = (time: number): string => time.toFixed(1).padStart(9);
  const shown = ({ mostMs, p50Ms, p99Ms }: Quantiles): string => [p50Ms, p99Ms, mostMs].map(ms).join('');
  console.log(
    `admin API, ${rows} rows, ${grants} grants, ${calls} calls (aim: p99 of all, one at a time, at most ${AIM_MS} ms)`,
  );
  console.log(`statistics of all rows, from none that was counted: ${(countedMs / 1000).toFixed(1)} s`);
  const heading = ['p50', 'p99', 'most'].map((name) => name.padStart(9)).join('');
  console.log(`${''.padEnd(42)}${'one at a time, ms'.padStart(27)}${`${CLIENTS} at once, ms`.padStart(27)}`);
  console.log(`${''.padEnd(42)}${heading}${heading}`);
  const all = { name: 'all', alone, loaded };
  for (const one of [all, ...byEndpoint])
    console.log(`${one.name.padEnd(42)}${shown(one.alone)}${shown(one.loaded)}`);
}
