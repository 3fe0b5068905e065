import { sql } from 'kysely';
import type { Clock } from '../../limits/index.ts';
import { type Store, StoreError } from '../contract.ts';
import {
  ApprovalTable,
  AuditChain,
  all,
  build,
  type LogOptions,
  openNouns,
  SqlApprovals,
  SqlAuditLog,
  SqlDecisionLog,
  SqlGrants,
  SqlOutbox,
  type SqlRoom,
  SqlStats,
} from '../sql/index.ts';
import { EnvelopeVault } from '../vault.ts';
import { toPostgresError } from './errors.ts';
import { News } from './news.ts';
import { openPool, type Pool } from './pool.ts';
import { connected, postgresRoom } from './room.ts';
import { requireSchema } from './schema.ts';
import { openSessions } from './sessions.ts';
import { openSharedKeys } from './shared-keys.ts';

export type PostgresStoreOptions = {
  /** `postgres://…`, with the password. */
  readonly url: string;
  readonly clock: Clock;
  /** What the keys in the database are sealed with, 32 bytes in base64. */
  readonly masterKey: string | undefined;
  /** For readers: makes no keys. */
  readonly readOnly?: boolean;
  readonly onWarning: (text: string) => void;
};

/** The nouns that are there. */
export type PostgresStore = Pick<
  Store,
  | 'people'
  | 'policies'
  | 'servers'
  | 'tools'
  | 'webhooks'
  | 'approvals'
  | 'outbox'
  | 'grants'
  | 'sessions'
  | 'decisions'
  | 'stats'
  | 'audit'
  | 'secrets'
  | 'vault'
  | 'watchRegistries'
  | 'ping'
> &
  AsyncDisposable;

/**
 * Opens the store that several replicas share. Its schema is brought up to date by `migratePostgres` before. Rejects with
 * `StoreError`: `unreadable` for a wrong master key or somebody else's database, `newer_schema`, or `unavailable`.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const { clock, masterKey, onWarning: warn, readOnly = false, url } = options;
  const pool = openPool({ url, onWarning: warn });
  const news = new News(pool, { monotonicMs: () => clock.monotonicMs(), warn });
  try {
    await requireSchema(pool);
    const { ring, secrets } = await openSharedKeys({ pool, masterKey, may: readOnly ? 'look' : 'make' });
    await news.open();
    const audit = new AuditChain({ clock, key: () => secrets.key('log-seal') });
    const vault = new EnvelopeVault(ring);
    const room = postgresRoom({ pool, clock, audit, news, vault });
    const approvals = new SqlApprovals({
      room,
      table: new ApprovalTable(() => secrets.key('approval-seal')),
      sealKey: () => secrets.key('approval-seal'),
      nowMs: () => clock.wallMs(),
    });
    const logs: LogOptions = {
      room,
      sealKey: () => secrets.key('log-seal'),
      erasing: (work) => work(),
      forgotten: () => forgotten(room),
    };
    const stats = new SqlStats(room);
    return {
      secrets,
      vault,
      ...openNouns(room),
      approvals,
      outbox: new SqlOutbox({ room, leaseMs: LEASE_MS }),
      grants: await SqlGrants.open(room, { restMs: 0 }),
      sessions: await openSessions(pool, room),
      decisions: new SqlDecisionLog(logs),
      stats,
      audit: new SqlAuditLog(logs),
      watchRegistries: () => news.watch(['servers', 'policies']),
      ping: () => ping(pool, news),
      async [Symbol.asyncDispose]() {
        await stats[Symbol.asyncDispose]();
        await news[Symbol.asyncDispose]();
        await pool.end();
      },
    };
  } catch (error) {
    await news[Symbol.asyncDispose]();
    await pool.end();
    throw toPostgresError(error);
  }
}

/** Callers that one statement looks at. */
const CALLERS_AT_ONCE = 1_000;

/** Of replicas that are gone, all: each remembers its own as long as it is there, and nobody else deletes them later. */
async function forgotten(room: SqlRoom): Promise<readonly number[]> {
  const isGone = sql<boolean>`replica not in (select id from replicas)`;
  const found: number[] = [];
  for (let after = 0; ; ) {
    const next = build.selectFrom('callers').select('id').where('id', '>', after).where(isGone);
    const lot = await room.read(() => all(next.orderBy('id').limit(CALLERS_AT_ONCE)));
    found.push(...lot.map(({ id }) => id));
    const last = lot.at(-1);
    if (last === undefined) return found;
    after = last.id;
  }
}

/** Milliseconds for which a delivery is one replica's: a try takes a fraction of it, and of a replica that died it is tried again. */
const LEASE_MS = 60_000;
/** Milliseconds after which what others changed is not known well enough to let calls through. */
const STALE_MS = 5_000;

async function ping(pool: Pool, news: News): Promise<void> {
  const { rows } = await connected(pool, (client) =>
    client.query<{ isReadOnly: boolean }>(
      `select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as "isReadOnly"`,
    ),
  );
  if (rows[0]?.isReadOnly !== false)
    throw new StoreError('unavailable', 'Postgres takes no changes now: it is read-only, perhaps a standby');
  if (news.ageMs > STALE_MS)
    throw new StoreError(
      'unavailable',
      'what other replicas changed is not known: Postgres does not tell it',
    );
}
