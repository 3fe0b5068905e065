import { type StartedGateway, startGateway, startUpstream } from '../parts.ts';
import type { Programs } from '../programs.ts';
import { compare, type Row, table } from '../report.ts';
import { doorOf, type Target } from '../requests.ts';
import { type Loaded, measure } from '../rounds.ts';
import { type Database, openDatabase } from './databases.ts';

const REPLICAS = 3;
const WORKERS = 2;
const YARDSTICK = 'SQLite, one process';

/**
 * Throughput of every way to run it, by turns. Nothing is kept to one core: the driver, the server behind, and Postgres share the machine with
 * what is measured, so that the ratios alone say something, and those of several processes only where there are cores for them.
 */
export async function benchReplicas(programs: Programs, seconds: number): Promise<readonly Row[]> {
  await using alone = await openDatabase();
  await using beside = await openDatabase({ withRedis: true });
  const upstreamPort = await startUpstream(programs);
  const on = (of: Parameters<typeof startGateway>[1]) => startGateway(programs, of);
  const one = await on({ name: 'sqlite', upstreamPort });
  const durable = await on({ name: 'sqlite-full', upstreamPort, synchronous: 'full' });
  const workers = await on({ name: 'workers', upstreamPort, workers: WORKERS });
  const { token = '' } = one.target;
  const replicasOn = async (kind: string, { database, env, redis }: Database): Promise<StartedGateway[]> => {
    const replicas: StartedGateway[] = [];
    for (let at = 0; at < REPLICAS; at += 1)
      replicas.push(
        await on({
          ...{ name: `${kind}-${at}`, upstreamPort, token: `${token}-of-replicas` },
          ...{ database, env, redis },
        }),
      );
    return replicas;
  };
  const onPostgres = await replicasOn('replica', alone);
  const onRedis = await replicasOn('redis-replica', beside);
  const all: Loaded[] = [
    loaded(YARDSTICK, [one]),
    loaded('SQLite, synchronous=FULL', [durable]),
    loaded(`SQLite, ${WORKERS} workers`, [workers]),
    ...inNumbers('Postgres', onPostgres),
    ...inNumbers('Postgres + Redis', onRedis),
  ];
  const rows = compare(await measure(programs, all, seconds), YARDSTICK);
  for (const { program } of [one, durable, workers, ...onPostgres, ...onRedis]) await program.stop();
  return rows;
}

/** One of them, two, and so on. */
function inNumbers(name: string, replicas: readonly StartedGateway[]): readonly Loaded[] {
  return replicas.map((_, at) =>
    loaded(`${name}, ${at === 0 ? '1 replica' : `${at + 1} replicas`}`, replicas.slice(0, at + 1)),
  );
}

function loaded(name: string, gateways: readonly StartedGateway[]): Loaded {
  return { name, doors: gateways.map(({ target }: { readonly target: Target }) => doorOf(target)) };
}

export function printReplicas(rows: readonly Row[]): void {
  table(`beside ${YARDSTICK}`, rows);
}
