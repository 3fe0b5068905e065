import type { AtCallPoint, Clock } from '../limits/index.ts';
import type { Store } from './contract.ts';
import type { WrittenGroup } from './journal/index.ts';

/** Where a store is: in a folder of one gateway, or in a database on Postgres that several replicas share. */
export type StorePlace =
  | { readonly directory: string }
  | {
      /** `postgres://…`, with the password. */
      readonly database: string;
      /** `redis://…` or `rediss://…`, with the password: where the gateways of this database count for limits. */
      readonly redis?: string;
    };

export type OpenStoreOptions = {
  readonly place: StorePlace;
  /** A gateway admits calls. The command line reads, or changes beside it grants, approvals and the like. */
  readonly as: 'gateway' | 'writer' | 'reader';
  /** Of a writer: makes no folder, database, keys or newer schema, and rejects where a reader does. */
  readonly mustExist?: boolean;
  readonly clock: Clock;
  /** 32 bytes in base64. Of a folder it seals the file of keys, where that is wanted; a database is not opened without. */
  readonly masterKey: string | undefined;
  /** Of a folder, as in `SqliteStoreOptions`. */
  readonly synchronous?: 'normal' | 'full';
  readonly onWarning?: (text: string) => void;
  /** Told when a call passes one of the journal's points: all but `forward`. */
  readonly atPoint?: AtCallPoint;
  /** Milliseconds that a database may take for one answer, in place of the usual; for tests. */
  readonly patienceMs?: number;
  /** Told of every transaction of the journal. */
  readonly onGroup?: (group: WrittenGroup) => void;
};

/** Opens a store wherever it is. Rejects with `StoreError`. */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { as, onWarning = warn, place } = options;
  const readOnly = as === 'reader';
  if ('directory' in place) {
    const { openSqliteStore } = await import('./sqlite/open.ts');
    const { directory } = place;
    return openSqliteStore({ ...options, directory, onWarning, readOnly, exclusive: as === 'gateway' });
  }
  const { database, redis } = as === 'gateway' ? place : { ...place, redis: undefined };
  const { openPostgresStore } = await import('./postgres/index.ts');
  return openPostgresStore({
    ...options,
    url: database,
    redis,
    onWarning,
    readOnly,
    isReplica: as === 'gateway',
  });
}

const warn = (text: string): void => process.emitWarning(text);
