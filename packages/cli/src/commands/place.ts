import { defaultDataDirectory, type Facts } from '../facts.ts';
import type { Place, WrongUsePlan } from '../plan/index.ts';
import { present } from './command.ts';

export type PlaceValues = { readonly data?: string; readonly database?: string };

/** Where the store is of a command that takes `--data` and `--database`. */
export function placeOf({ data, database }: PlaceValues, facts: Facts): Place {
  return { data: data ?? defaultDataDirectory(facts), ...present({ database }) };
}

/** Of a command that is about the files of a data folder: what to do where the store is in a database. */
export function refusedFor({ database }: PlaceValues, instead: string): WrongUsePlan | undefined {
  if (database === undefined) return undefined;
  return {
    kind: 'wrong_use',
    message: `the store is in a database, of which this command knows nothing: ${instead}`,
  };
}
