import { join } from 'node:path';
import { openDatabase } from '../../packages/server/src/store/sqlite/driver.ts';
import { askAll } from '../../packages/server/test/support/postgres.ts';
import { Histogram } from '../histogram.ts';
import type { OpenLoad } from '../open-load.ts';
import { startGateway, startUpstream } from '../parts.ts';
import type { Programs } from '../programs.ts';
import { medianOf } from '../report.ts';
import { doorOf } from '../requests.ts';
import { load, openLoad } from '../rounds.ts';
import type { Door } from '../wire.ts';
import { openDatabase as openPostgres } from './databases.ts';

/** Calls a second for so many seconds; milliseconds that the gateway adds at `addedRate`. */
const AIMS = { rate: 2_000, seconds: 600, addedRate: 1_000, addedP99: 10 } as const;
const GRANTS = 20;
const CONNECTIONS = 64;
const WARM_UP_SECONDS = 5;
/** Rounds of the added time, by turns with calls that go to the server itself. */
const ROUNDS = 3;
const ROUND_SECONDS = 10;

const STORES = {
  sqlite: 'SQLite, synchronous=FULL',
  postgres: 'Postgres, fsync=on',
  redis: 'Postgres, fsync=on, and Redis',
} as const;

type SustainHow = {
  readonly rate: number;
  readonly seconds: number;
  readonly on: keyof typeof STORES;
};

type SustainFigures = {
  readonly aims: typeof AIMS;
  readonly store: string;
  readonly rate: number;
  readonly seconds: number;
  /** Good answers a second. */
  readonly goodput: number;
  /** Refused, failed, never sent or never answered. */
  readonly errors: number;
  readonly samples: readonly string[];
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** Calls that were answered without a decision and an outcome in the log. */
  readonly missingRows: number;
  readonly rows: number;
  /** Milliseconds at a thousand calls a second: of calls to the server itself, through the gateway, and the difference. */
  readonly added: { readonly direct: number; readonly through: number; readonly p99: number };
};

/** A load that lasts, with limits and a log that waits for the disk; then every call is looked for in the log. */
export async function benchSustain(programs: Programs, how: SustainHow): Promise<SustainFigures> {
  await using place = how.on === 'sqlite' ? undefined : await openPostgres({ withRedis: how.on === 'redis' });
  const upstreamPort = await startUpstream(programs);
  const gateway = await startGateway(programs, {
    ...{ name: 'sustained', upstreamPort, moreGrants: GRANTS, synchronous: 'full' },
    ...(place === undefined ? {} : { database: place.database, env: place.env, redis: place.redis }),
  });
  const doors = Array.from({ length: GRANTS }, (_, at) =>
    doorOf({ ...gateway.target, token: `${at}-${gateway.target.token}` }),
  );
  const direct = [doorOf({ name: 'direct', port: upstreamPort, path: '/mcp' })];
  const warmUp = await load(programs, { name: 'gateway', doors }, { seconds: WARM_UP_SECONDS });
  let answered = warmUp.all;
  const flow = async (to: readonly Door[], rate: number, seconds: number): Promise<OpenLoad> => {
    const flown = await openLoad(programs, {
      ...{ doors: to, connections: CONNECTIONS, rate, seconds, warmUpSeconds: WARM_UP_SECONDS },
    });
    if (to === doors) answered += flown.allAnswered;
    return flown;
  };
  const p99 = { direct: [] as number[], through: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    p99.direct.push(p99Of(await flow(direct, AIMS.addedRate, ROUND_SECONDS)));
    p99.through.push(p99Of(await flow(doors, AIMS.addedRate, ROUND_SECONDS)));
  }
  const long = await flow(doors, how.rate, how.seconds);
  await gateway.program.stop();
  const rows = place === undefined ? rowsOfSqlite(gateway.data) : await rowsOfPostgres(place.database);
  const times = Histogram.from(long.okTimes);
  const middle = (all: readonly number[]) => medianOf(all, (one) => one);
  const added = { direct: middle(p99.direct), through: middle(p99.through) };
  return {
    ...{ aims: AIMS, rate: how.rate, seconds: how.seconds },
    store: STORES[how.on],
    goodput: long.goodput,
    errors: long.due - long.ok,
    samples: long.samples,
    ...{ p50: times.at(0.5), p99: times.at(0.99), most: times.at(1) },
    ...{ rows, missingRows: answered - rows },
    added: { ...added, p99: Number((added.through - added.direct).toFixed(2)) },
  };
}

function p99Of({ okTimes }: OpenLoad): number {
  return Histogram.from(okTimes).at(0.99);
}

/** Calls with a decision that lets them pass, and an outcome. */
const ROWS = `select count(*) as rows from decisions join outcomes on decision = cursor`;

function rowsOfSqlite(data: string): number {
  const database = openDatabase(join(data, 'boomgate.db'), { readOnly: true, busyTimeoutMs: 1_000 });
  const [found] = database.prepare(ROWS).all() as { rows: number }[]; // a cast: SQL says so
  database.close();
  return found?.rows ?? 0;
}

async function rowsOfPostgres(url: string): Promise<number> {
  const [rows] = await askAll(url, [ROWS]);
  return Number(rows?.[0]?.['rows']);
}

export function printSustain(figures: SustainFigures): void {
  const { added, aims, errors, goodput, missingRows, rate, rows, seconds, store } = figures;
  console.log(
    `${store}: ${rate} calls/s for ${seconds} s on ${CONNECTIONS} connections of ${GRANTS} grants, one limit\n`,
  );
  const line = (what: string, found: string, aim: string): void =>
    console.log(`${what.padEnd(44)}${found.padStart(14)}   aim ${aim}`);
  line('good answers a second', String(goodput), `${aims.rate} for ${aims.seconds} s`);
  line('errors', String(errors), '0');
  for (const sample of figures.samples) console.log(`  ${sample.slice(0, 200)}`);
  line(`calls without a row, of ${rows + missingRows}`, String(missingRows), '0');
  line(
    'answers from when they were due, ms',
    `p50 ${figures.p50.toFixed(1)}`,
    `p99 ${figures.p99.toFixed(1)}, most ${figures.most.toFixed(0)}`,
  );
  line(
    `added p99 at ${aims.addedRate}/s, ms`,
    added.p99.toFixed(1),
    `at most ${aims.addedP99} (${added.through.toFixed(1)} less ${added.direct.toFixed(1)})`,
  );
}
