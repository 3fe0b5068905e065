import type { Clock } from '../../limits/index.ts';
import type { Store } from '../contract.ts';
import { AuditChain, openPeople, openPolicies, SqlServers } from '../sql/index.ts';
import { EnvelopeVault } from '../vault.ts';
import { toPostgresError } from './errors.ts';
import { News } from './news.ts';
import { openPool } from './pool.ts';
import { postgresRoom } from './room.ts';
import { requireSchema } from './schema.ts';
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
export type PostgresStore = Pick<Store, 'people' | 'policies' | 'servers' | 'secrets' | 'vault'> &
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
    return {
      secrets,
      vault,
      people: openPeople(room, { roleOf: notYet, readers: notYet }),
      policies: openPolicies(room),
      servers: new SqlServers(room),
      async [Symbol.asyncDispose]() {
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

const notYet = (): never => {
  throw new Error('expected nobody to ask at once');
};
