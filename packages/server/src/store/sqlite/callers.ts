import { Callers } from '../journal/index.ts';
import { CALLER_COLUMNS, callerValues } from '../sql/index.ts';
import type { Database } from './driver.ts';

/** The callers of one connection. */
export function openCallers(database: Database): Callers {
  const places = CALLER_COLUMNS.map(() => '?');
  const insert = database.prepare(
    `insert into callers (${CALLER_COLUMNS.join(', ')}) values (${places.join(', ')})`,
  );
  return new Callers((caller) => Number(insert.run(...callerValues(caller)).lastInsertRowid));
}
