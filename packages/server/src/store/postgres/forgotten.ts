import { sql } from 'kysely';
import { all, build, type SqlExecutor } from '../sql/index.ts';
import type { PostgresJournal } from './journal/index.ts';

/** Callers that one statement looks at. */
const CALLERS_AT_ONCE = 1_000;

/**
 * Callers whose numbers nobody will write again: those of replicas that are gone, and its own, as soon as the journal has forgotten them.
 * Another replica that is there remembers its own: it, or whoever comes after it, deletes them. The last stays, so that no number is given
 * out twice while somebody deletes.
 */
export async function forgotten(executor: SqlExecutor, journal: PostgresJournal): Promise<readonly number[]> {
  const own = await journal.forgetCallers();
  const isFree = sql<boolean>`(replica = ${own} or replica not in (select id from replicas))
    and id < (select max(id) from callers)`;
  const found: number[] = [];
  for (let after = 0; ; ) {
    const next = build.selectFrom('callers').select('id').where('id', '>', after).where(isFree);
    const lot = await executor.read(() => all(next.orderBy('id').limit(CALLERS_AT_ONCE)));
    found.push(...lot.map(({ id }) => id));
    const last = lot.at(-1);
    if (last === undefined) return found;
    after = last.id;
  }
}
