import { sql } from 'kysely';
import { memberNumber, ofReadable } from '../dialect.ts';
import type { SqlExecutor } from '../executor.ts';
import { MAX_LOOKED_AT } from '../step-length.ts';
import { build } from '../tables.ts';
import { first } from '../work.ts';
import type { Walkable } from './pages.ts';

const VERSION_7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7/;

/** When an id was made, in milliseconds of the wall clock; undefined where it does not say. Those of the gateway do (RFC 9562, version 7). */
export function momentOfId(id: string): number | undefined {
  const [, high, low] = VERSION_7.exec(id) ?? [];
  return high === undefined ? undefined : Number.parseInt(`${high}${low}`, 16);
}

/**
 * The ends of the part of the decision log in which rows of that moment stand, if the clocks of those who wrote it went as they should:
 * who finds nothing there has to look everywhere. Costs a question for each doubling of the log.
 */
export async function aboutMoment(
  executor: SqlExecutor,
  { highest, lowest }: Pick<Walkable<never>, 'lowest' | 'highest'>,
  atMs: number,
): Promise<Pick<Walkable<never>, 'lowest' | 'highest'>> {
  let [from, to] = [lowest, highest];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    const row = await executor.read(() => first(rowFrom(middle, atMs)));
    if (row === undefined || row.is_later) to = middle;
    else from = row.cursor + 1;
  }
  return { lowest: Math.max(lowest, from - MAX_LOOKED_AT), highest: Math.min(highest, from + MAX_LOOKED_AT) };
}

const ENTRY = sql.ref('entry');

/** The next row, and whether it is of that moment or later; not where it cannot be read. */
function rowFrom(cursor: number, atMs: number) {
  const isLater = ofReadable(ENTRY, sql<boolean>`${memberNumber(ENTRY, 'atMs')} >= ${atMs}`);
  return build
    .selectFrom('decisions')
    .select(['cursor', isLater.as('is_later')])
    .where('cursor', '>=', cursor)
    .orderBy('cursor', 'asc')
    .limit(1);
}
