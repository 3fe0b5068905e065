import type { Clock } from '../../limits/index.ts';
import type { Secrets, Store } from '../contract.ts';
import { AuditChain, openPeople, openPolicies, SqlServers } from '../sql/index.ts';
import { EnvelopeVault, type KeyRing } from '../vault.ts';
import { toPostgresError } from './errors.ts';
import { News } from './news.ts';
import { openPool } from './pool.ts';
import { postgresRoom } from './room.ts';

export type PostgresStoreOptions = {
  /** `postgres://…`, with the password. */
  readonly url: string;
  readonly clock: Clock;
  readonly keys: { readonly secrets: Secrets; readonly ring: KeyRing };
  readonly onWarning: (text: string) => void;
};

/** The nouns that are there. */
export type PostgresStore = Pick<Store, 'people' | 'policies' | 'servers' | 'secrets' | 'vault'> &
  AsyncDisposable;

/**
 * Opens the store that several replicas share. Its schema is brought up to date by `migratePostgres` before. Rejects with
 * `StoreError`.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const { clock, keys, onWarning: warn, url } = options;
  const pool = openPool({ url, onWarning: warn });
  const news = new News(pool, { monotonicMs: () => clock.monotonicMs(), warn });
  try {
    await news.open();
    const { ring, secrets } = keys;
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
