import { masterKeyIn, openSqliteStore, type Store, systemClock } from '@boomgate/server';
import type { Facts } from '../facts.ts';

/** The store of a data folder, to read beside a running gateway. Rejects with `StoreError`. */
export function openToRead(directory: string, { env }: Pick<Facts, 'env'>): Promise<Store> {
  return openSqliteStore({ directory, clock: systemClock(), readOnly: true, masterKey: masterKeyIn(env) });
}

/** The store of a data folder, to write grants, accept tools or decide approvals; a running gateway notices. Rejects with `StoreError`. */
export function openToWrite(directory: string, { env }: Pick<Facts, 'env'>): Promise<Store> {
  return openSqliteStore({ directory, clock: systemClock(), exclusive: false, masterKey: masterKeyIn(env) });
}
