import { defaultDataDirectory, type Facts } from '../facts.ts';
import type { Place, WrongUsePlan } from '../plan/index.ts';
import { type Command, present } from './command.ts';
import { databaseOption, dataOption } from './options.ts';

export type PlaceValues = { readonly data?: string; readonly database?: string; readonly redis?: string };

/** A command below another one, wherever the store is. */
export function placed(above: Command, usage: string, description: string): Command {
  return above.command(usage).description(description).addOption(dataOption()).addOption(databaseOption());
}

/** Where the store is of a command that takes `--data` and `--database`, and perhaps `--redis`. */
export function placeOf({ data, database, redis }: PlaceValues, facts: Facts): Place {
  return { data: data ?? defaultDataDirectory(facts), ...present({ database, redis }) };
}

/** Of a command that takes `--redis`: that it stands alone. */
export function refusedRedis({ database, redis }: PlaceValues): WrongUsePlan | undefined {
  if (redis === undefined || database !== undefined) return undefined;
  return {
    kind: 'wrong_use',
    message: '--redis needs --database: on one machine the data folder counts by itself',
  };
}

/** Of a command that is about the files of a data folder: what to do where the store is in a database. */
export function refusedFor({ database }: PlaceValues, instead: string): WrongUsePlan | undefined {
  if (database === undefined) return undefined;
  return {
    kind: 'wrong_use',
    message: `this command cannot work on a store in a database: ${instead}`,
  };
}
