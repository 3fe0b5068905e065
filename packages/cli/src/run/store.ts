import { openSqliteStore, type Store, systemClock } from '@boomgate/server';

/** The store of a data folder, to read beside a running gateway. Rejects with `StoreError`. */
export function openToRead(directory: string): Promise<Store> {
  return openSqliteStore({ directory, clock: systemClock(), readOnly: true });
}

/** The store of a data folder, to write grants, accept tools or decide approvals; a running gateway notices. Rejects with `StoreError`. */
export function openToWrite(directory: string): Promise<Store> {
  return openSqliteStore({ directory, clock: systemClock(), exclusive: false });
}
