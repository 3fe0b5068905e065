import { Kept } from '../../kept.ts';
import { type AtCallPoint, type Clock, untold } from '../../limits/index.ts';
import type { Store } from '../contract.ts';
import { CLOSED_JOURNAL, type WrittenGroup } from '../journal/index.ts';
import { Line, RedisFeed } from '../redis/index.ts';
import {
  ApprovalTable,
  AuditChain,
  openNouns,
  RecentDecisions,
  SqlApprovals,
  SqlAuditLog,
  SqlDecisionLog,
  SqlGrants,
  SqlOutbox,
  type SqlRoom,
  SqlStats,
} from '../sql/index.ts';
import { EnvelopeVault } from '../vault.ts';
import { ReadOnly, toPostgresError } from './errors.ts';
import { postgresFeed } from './feed.ts';
import { databaseName, JOURNAL_LOCK, openJournal, openLedgerClock } from './journal/index.ts';
import { logOptions } from './log-options.ts';
import { News } from './news.ts';
import { LONG_PATIENCE_MS, openPool, PATIENCE_MS, type Pool, type PoolClient } from './pool.ts';
import { beginLocked, connected, postgresRoom, takeBack } from './room.ts';
import { requireSchema } from './schema.ts';
import { openSessions } from './sessions.ts';
import { openSharedKeys } from './shared-keys.ts';

export type PostgresStoreOptions = {
  /** `postgres://…`, with the password. */
  readonly url: string;
  readonly clock: Clock;
  /** What the keys in the database are sealed with, 32 bytes in base64. */
  readonly masterKey: string | undefined;
  /** `redis://…` or `rediss://…`, with the password: where a gateway counts for limits, with all its replicas. */
  readonly redis?: string | undefined;
  /** For readers: makes no keys. */
  readonly readOnly?: boolean;
  /** For writers who make none either. */
  readonly mustExist?: boolean;
  /** True for a gateway, which alone admits calls. */
  readonly isReplica?: boolean;
  readonly onWarning: (text: string) => void;
  readonly atPoint?: AtCallPoint;
  readonly onGroup?: (group: WrittenGroup) => void;
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
  const { clock, deadMs, masterKey, onGroup, onWarning: warn, url } = options;
  const { atPoint = untold, isReplica = false, readOnly = false, mustExist = readOnly } = options;
  const { patienceMs = isReplica ? PATIENCE_MS : LONG_PATIENCE_MS } = options;
  const opened = new Kept();
  const pool = openPool({ url, onWarning: warn, patienceMs });
  opened.keep({ [Symbol.asyncDispose]: () => pool.end() });
  try {
    await requireSchema(pool);
    const keys = await openSharedKeys({ pool, masterKey, may: mustExist ? 'look' : 'make' });
    const { follow: followKeys, ring, secrets } = keys;
    const redis = isReplica ? await openRedis(options, pool, opened) : undefined;
    const feeds = [postgresFeed(pool), ...(redis === undefined ? [] : [redis.feed])];
    const news = opened.keep(new News(pool, { feeds, monotonicMs: () => clock.monotonicMs(), warn }));
    await news.open();
    const sealKey = () => secrets.key('log-seal');
    const audit = new AuditChain({ clock, key: sealKey });
    const vault = new EnvelopeVault(ring);
    const room = postgresRoom({ pool, clock, audit, news, vault, followKeys, patienceMs });
    const approvalKey = () => secrets.key('approval-seal');
    const table = new ApprovalTable(approvalKey);
    const ledgerClock = await openLedgerClock(pool, clock, options.serverMs);
    const nowMs = () => ledgerClock.now();
    const approvals = new SqlApprovals({ room, table, nowMs, sealKey: approvalKey });
    const recent = new RecentDecisions();
    const stats = new SqlStats(room, recent);
    const grants = await SqlGrants.open(room, { nowMs, restMs: 0 });
    const journal = isReplica
      ? await openJournal({
          ...{ pool, news, sealKey, warn, atPoint, onGroup, deadMs, recent },
          ...{ redis, approvals: table },
          clock: ledgerClock,
        })
      : undefined;
    const logs = logOptions({ room, sealKey, journal });
    let isDisposed = false;
    return {
      journal: journal ?? CLOSED_JOURNAL,
      secrets,
      vault,
      ...openNouns(room, nowMs),
      approvals,
      outbox: new SqlOutbox({ room, nowMs, leaseMs: LEASE_MS }),
      grants,
      sessions: await openSessions(room),
      decisions: new SqlDecisionLog(logs),
      stats,
      audit: new SqlAuditLog(logs),
      watchRegistries: () => watchRegistries(room),
      nowMs,
      ping: () => ping(pool, journal?.hasFailed === true),
      load: async () => ({
        journal: journal?.waiting ?? 0,
        grants: grants.size,
        approvals: await approvals.waiting(),
        countsLimits: redis?.line.isOpen ?? true,
      }),
      async [Symbol.asyncDispose]() {
        if (isDisposed) return;
        isDisposed = true;
        await stats[Symbol.asyncDispose]();
        await journal?.leave();
        await opened[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw toPostgresError(error);
  }
}

type OnRedis = { readonly line: Line; readonly database: string; readonly feed: RedisFeed };

async function openRedis(
  { onWarning: warn, patienceMs, redis: url }: PostgresStoreOptions,
  pool: Pool,
  opened: Kept,
): Promise<OnRedis | undefined> {
  if (url === undefined) return undefined;
  const database = await databaseName(pool);
  const line = opened.keep(new Line({ url, warn, patienceMs }));
  await line.open();
  return { line, database, feed: new RedisFeed({ url, database, line }) };
}

function watchRegistries(room: SqlRoom): () => Promise<boolean> {
  const changed = room.watch(['servers', 'policies', 'organizations']);
  return () => room.look().then(changed);
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
