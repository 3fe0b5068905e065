import {
  masterKeyIn,
  openStore,
  type Store,
  StoreError,
  type StorePlace,
  systemClock,
} from '@boomgate/server/stored';
import type { Facts } from '../facts.ts';
import type { Place } from '../plan/index.ts';

/** The store, to read beside a running gateway. Rejects with `StoreError`. */
export function openToRead(place: Place, facts: Pick<Facts, 'env'>): Promise<Store> {
  return open(place, facts, { as: 'reader' });
}

/** The same, or nothing where there is no store yet or it cannot be read. */
export async function openIfThere(place: Place, facts: Pick<Facts, 'env'>): Promise<Store | undefined> {
  try {
    return await openToRead(place, facts);
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

/**
 * The store, to write grants, accept tools or decide approvals; a running gateway notices. No older schema is brought up to date, as gateways
 * do when they start: one of that version may be running. Rejects with `StoreError`.
 */
export function openToWrite(place: Place, facts: Pick<Facts, 'env'>): Promise<Store> {
  return open(place, facts, { as: 'writer' });
}

/**
 * The same of what is there already: a command that has nothing to write where no gateway was makes no database in a folder whose
 * name was mistyped, and says that there is none.
 */
export function openToChange(place: Place, facts: Pick<Facts, 'env'>): Promise<Store> {
  return open(place, facts, { as: 'writer', mustExist: true });
}

function open(
  place: Place,
  { env }: Pick<Facts, 'env'>,
  how: Pick<Parameters<typeof openStore>[0], 'as' | 'mustExist'>,
): Promise<Store> {
  return openStore({
    ...how,
    place: storePlace(place),
    clock: systemClock(),
    masterKey: masterKeyIn(env),
  });
}

function storePlace({ data, database }: Place): StorePlace {
  return database === undefined ? { directory: data } : { database };
}
