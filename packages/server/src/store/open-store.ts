import type { Store } from './contract.ts';
import type { SqliteStoreOptions } from './sqlite/open.ts';
import type { StoreOptions } from './store-options.ts';

/** Where a store is: in a folder of one gateway, or in a database on Postgres that several replicas share. */
export type StorePlace =
  | { readonly directory: string }
  | {
      /** `postgres://…`, with the password. */
      readonly database: string;
      /** `redis://…` or `rediss://…`, with the password: where the gateways of this database count for limits. */
      readonly redis?: string;
    };

export type OpenStoreOptions = StoreOptions &
  Required<Pick<StoreOptions, 'as'>> & {
    readonly place: StorePlace;
    /** Not to be left out by mistake. */
    readonly masterKey: string | undefined;
    /** Of a folder. */
    readonly synchronous?: NonNullable<SqliteStoreOptions['synchronous']>;
    /** Milliseconds that a database may take for one answer, in place of the usual; for tests. */
    readonly patienceMs?: number;
  };

/** Opens a store wherever it is. Rejects with `StoreError`. */
export async function openStore({ place, ...options }: OpenStoreOptions): Promise<Store> {
  if ('directory' in place) {
    const { openSqliteStore } = await import('./sqlite/open.ts');
    return openSqliteStore({ ...options, directory: place.directory });
  }
  const { openPostgresStore } = await import('./postgres/index.ts');
  return openPostgresStore({ ...options, url: place.database, redis: place.redis });
}
