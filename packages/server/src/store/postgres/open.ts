import { Kept } from '../../kept.ts';
import { untold } from '../../limits/index.ts';
import { assembleStore } from '../assemble.ts';
import type { Store } from '../contract.ts';
import { Line, RedisFeed } from '../redis/index.ts';
import { ApprovalTable, AuditChain, RecentDecisions, type SqlExecutor, SqlGrants } from '../sql/index.ts';
import { type StoreOptions, warnOfProcess } from '../store-options.ts';
import { EnvelopeVault } from '../vault.ts';
import { ReadOnly, toPostgresError } from './errors.ts';
import { beginLocked, connected, JOURNAL_LOCK, postgresExecutor, takeBack } from './executor.ts';
import { postgresFeed } from './feed.ts';
import { forgotten } from './forgotten.ts';
import { databaseName, openJournal, openLedgerClock } from './journal/index.ts';
import { News } from './news.ts';
import { LONG_PATIENCE_MS, openPool, PATIENCE_MS, type Pool, type PoolClient } from './pool.ts';
import { addressesOfReplicas } from './replica-addresses.ts';
import { requireSchema } from './schema.ts';
import { openSessions } from './sessions.ts';
import { openSharedKeys } from './shared-keys.ts';

export type PostgresStoreOptions = StoreOptions & {
  /** `postgres://…`, with the password. */
  readonly url: string;
  /** `redis://…` or `rediss://…`, with the password: where a gateway counts for limits, with all its replicas. */
  readonly redis?: string | undefined;
  /**
   * In place of the usual, for tests: how long a replica is silent until it is dead, the time of the database's machine, and how long
   * Postgres and Redis may take for one answer.
   */
  readonly deadMs?: number;
  readonly patienceMs?: number;
  readonly serverMs?: number;
};

/**
 * Opens the store that several replicas share. Its schema is brought up to date by `migratePostgres` before. Rejects with
 * `StoreError`: `unreadable` for a wrong master key or somebody else's database, `newer_schema`, or `unavailable`.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { as = 'gateway', clock, deadMs, masterKey, onGroup, url } = options;
  const { atPoint = untold, mustExist = as === 'reader', onWarning: warn = warnOfProcess } = options;
  const isReplica = as === 'gateway';
  const { patienceMs = isReplica ? PATIENCE_MS : LONG_PATIENCE_MS } = options;
  const opened = new Kept();
  // Where a machine may stand still for longer than usual, so may a transaction.
  const pool = openPool({ url, onWarning: warn, patienceMs, standstillMs: options.patienceMs });
  opened.keep({ [Symbol.asyncDispose]: () => pool.end() });
  try {
    await requireSchema(pool);
    const keys = await openSharedKeys({ pool, masterKey, may: mustExist ? 'look' : 'make' });
    const { follow: followKeys, ring, secrets } = keys;
    const redis = isReplica ? await openRedis({ ...options, warn }, pool, opened) : undefined;
    const feeds = [postgresFeed(pool), ...(redis === undefined ? [] : [redis.feed])];
    const news = opened.keep(new News(pool, { feeds, monotonicMs: () => clock.monotonicMs(), warn }));
    await news.open();
    const sealKey = () => secrets.key('log-seal');
    const audit = new AuditChain({ clock, key: sealKey });
    const vault = new EnvelopeVault(ring);
    const executor = postgresExecutor({ pool, clock, audit, news, vault, followKeys, patienceMs });
    const ledgerClock = await openLedgerClock(pool, clock, options.serverMs);
    const nowMs = () => ledgerClock.now();
    const approvals = new ApprovalTable(() => secrets.key('approval-seal'));
    const recent = new RecentDecisions();
    const grants = await SqlGrants.open(executor, { nowMs, restMs: 0 });
    const sessions = await openSessions(executor);
    // The last to be opened: from now on this gateway is one of the replicas, until it leaves.
    const journal = isReplica
      ? await openJournal({
          ...{ pool, news, sealKey, warn, atPoint, onGroup, deadMs, recent, redis, approvals },
          clock: ledgerClock,
        })
      : undefined;
    return assembleStore({
      ...{ executor, secrets, vault, nowMs, approvals, recent, grants, sessions, journal },
      logs: {
        erasing: (work) => work(),
        ...(journal === undefined ? {} : { forgotten: () => forgotten(executor, journal) }),
      },
      leaseMs: LEASE_MS,
      replicas: {
        announce: async (url) => journal?.announce(url),
        all: () => addressesOfReplicas(pool),
      },
      countsLimits: () => redis?.line.isOpen ?? true,
      watchRegistries: () => watchRegistries(executor),
      ping: (hasFailed) => ping(pool, hasFailed),
      async close() {
        await journal?.leave();
        await opened[Symbol.asyncDispose]();
      },
    });
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw toPostgresError(error);
  }
}

type OnRedis = { readonly line: Line; readonly database: string; readonly feed: RedisFeed };

async function openRedis(
  {
    patienceMs,
    redis: url,
    warn,
  }: Pick<PostgresStoreOptions, 'patienceMs' | 'redis'> & { readonly warn: (text: string) => void },
  pool: Pool,
  opened: Kept,
): Promise<OnRedis | undefined> {
  if (url === undefined) return undefined;
  const database = await databaseName(pool);
  const line = opened.keep(new Line({ url, warn, patienceMs }));
  await line.open();
  return { line, database, feed: new RedisFeed({ url, database, line }) };
}

function watchRegistries(executor: SqlExecutor): () => Promise<boolean> {
  const changed = executor.watch(['servers', 'policies', 'organizations']);
  return () => executor.look().then(changed);
}

/** Milliseconds for which a delivery is one replica's: a try takes a fraction of it, and of a replica that died it is tried again. */
const LEASE_MS = 60_000;

async function ping(pool: Pool, hasFailed: boolean): Promise<void> {
  await connected(pool, async (client) => {
    const { rows } = await client.query<{ isReadOnly: boolean }>(
      `select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "isReadOnly"`,
    );
    if (rows[0]?.isReadOnly !== false) throw new ReadOnly();
    if (hasFailed) await writeAgain(client);
  });
}

/**
 * Only a new row finds out whether a disk that was full still is. It is as long as that of a call, and taken back. A commit that waits for
 * a standby holds the lock of all groups.
 */
async function writeAgain(client: PoolClient): Promise<void> {
  try {
    await client.query(beginLocked([JOURNAL_LOCK]));
    const row =
      "insert into decisions (cursor, caller, entry) values (-pg_backend_pid(), 0, repeat('x', 1000))";
    await client.query(row);
    await client.query('rollback');
  } catch (error) {
    await takeBack(client, error);
    throw error;
  }
}
