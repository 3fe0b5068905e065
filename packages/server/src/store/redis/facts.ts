import { type Ask, destroy, newClient } from './client.ts';
import { LATE, RedisError, toRedisError } from './errors.ts';

/** What there is to know of a Redis before limits are counted on it. */
export type RedisFacts = {
  readonly product: 'Redis' | 'Valkey';
  /** As `7.0.15`. */
  readonly version: string;
  /** What it does when its memory is full: `noeviction`, if it is as it should be. */
  readonly evictionPolicy: string;
  /** It follows another one. */
  readonly isReadOnly: boolean;
  /** It is one of several that each hold a part. */
  readonly isCluster: boolean;
  /** Its process, and since when it leads: another one after a restart, on each machine, and where it followed another meanwhile. */
  readonly process: string;
  /** Its clock. */
  readonly atMs: number;
};

/** What a Redis is not fit for limits by, and how to mend it. */
export type RedisFault = { readonly found: string; readonly mend: string };

/** Milliseconds for a connection, and for all answers. */
const PATIENCE_MS = 3_000;
/** The oldest version of Redis that has what the scripts use. Valkey began later. */
const OLDEST = { major: 6, minor: 2 };

const IS_SENTINEL = /^redis_mode:sentinel\r?$/m;
const SENTINEL =
  'expected a Redis, found a Sentinel, which only says where one is: name with --redis an address that moves with it';

/** Changes nothing. Rejects with `StoreError`. */
export async function redisFacts(url: string): Promise<RedisFacts> {
  const client = await newClient(url, PATIENCE_MS);
  // Told again to whoever waits for an answer.
  client.on('error', () => undefined);
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    destroy(client);
  }, PATIENCE_MS);
  try {
    await client.connect();
    return await askFacts((command) => client.sendCommand([...command]));
  } catch (error) {
    throw isLate ? new RedisError(LATE, { cause: error }) : toRedisError(error);
  } finally {
    clearTimeout(late);
    destroy(client);
  }
}

/** One question for all: some that are hosted allow no CONFIG, and older ones take one section at a time. */
export async function askFacts(ask: Ask): Promise<RedisFacts> {
  const asked = [ask(['INFO']), ask(['TIME'])] as const;
  const [info] = await Promise.allSettled(asked);
  if (info.status === 'fulfilled' && IS_SENTINEL.test(String(info.value))) throw new RedisError(SENTINEL);
  const [text, time] = await Promise.all(asked);
  return factsIn(String(text), time);
}

/** What is wrong with it, the worst first. */
export function redisFaults(facts: RedisFacts): readonly RedisFault[] {
  const { evictionPolicy, isCluster, isReadOnly, product, version } = facts;
  const faults: RedisFault[] = [];
  if (isReadOnly)
    faults.push({
      found: `${product} is read-only: it only follows another one`,
      mend: 'name that one with --redis',
    });
  if (isCluster)
    faults.push({
      found: `expected one ${product}, found a cluster, which may keep the counters of one call apart`,
      mend: 'name one that is not a cluster',
    });
  if (product === 'Redis' && isOld(version))
    faults.push({
      found: `expected Redis ${OLDEST.major}.${OLDEST.minor} or newer, found ${version}`,
      mend: 'install a newer one, or Valkey',
    });
  if (evictionPolicy !== 'noeviction')
    faults.push({
      found: `expected maxmemory-policy noeviction, found ${evictionPolicy}: a counter that is evicted is a limit that is forgotten`,
      mend: 'run CONFIG SET maxmemory-policy noeviction',
    });
  return faults;
}

/** Throws `StoreError` when limits must not be counted there, with what to do. */
export function requireFit(facts: RedisFacts): void {
  const [worst] = redisFaults(facts);
  if (worst !== undefined) throw new RedisError(`${worst.found}; ${worst.mend}`);
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor);
}

function factsIn(info: string, time: unknown): RedisFacts {
  const lines = new Map(
    info.split(/\r?\n/).map((line) => [line.split(':', 1)[0], line.replace(/^\w+:/, '')]),
  );
  const told = (name: string): string => {
    const found = lines.get(name);
    if (found === undefined) throw new RedisError(`Redis does not say how it is set: INFO lacks ${name}`);
    return found;
  };
  const valkey = lines.get('valkey_version');
  const [seconds, micros] = Array.isArray(time) ? time.map(Number) : [];
  return {
    product: valkey === undefined ? 'Redis' : 'Valkey',
    version: valkey ?? told('redis_version'),
    evictionPolicy: told('maxmemory_policy'),
    isReadOnly: told('role') !== 'master',
    isCluster: lines.get('redis_mode') === 'cluster',
    // Some that are hosted do not say when they began to lead.
    process: [lines.get('master_replid') ?? [], told('run_id')].flat().join(':'),
    atMs: (seconds ?? Number.NaN) * 1_000 + Math.floor((micros ?? 0) / 1_000),
  };
}
