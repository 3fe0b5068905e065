import { sql } from 'kysely';
import { all, build, type LogOptions, type SqlRoom } from '../sql/index.ts';
import type { PostgresJournal } from './journal/index.ts';

/** What the logs of all replicas are read and shortened with; without a journal they are not shortened. */
export function logOptions({
  journal,
  ...base
}: Pick<LogOptions, 'room' | 'sealKey'> & { readonly journal: PostgresJournal | undefined }): LogOptions {
  const options = { ...base, erasing: <Result>(work: () => Promise<Result>) => work() };
  return journal === undefined ? options : { ...options, forgotten: () => forgotten(base.room, journal) };
}

/** Callers that one statement looks at. */
const CALLERS_AT_ONCE = 1_000;

/**
 * Those of replicas that are gone, and its own, as soon as the journal has forgotten them. Another replica that is there remembers its
 * own: it, or whoever comes after it, deletes them. The last stays, so that no number is given out twice while somebody deletes.
 */
async function forgotten(room: SqlRoom, journal: PostgresJournal): Promise<readonly number[]> {
  const own = await journal.forgetCallers();
  const isFree = sql<boolean>`(replica = ${own} or replica not in (select id from replicas))
    and id < (select max(id) from callers)`;
  const found: number[] = [];
  for (let after = 0; ; ) {
    const next = build.selectFrom('callers').select('id').where('id', '>', after).where(isFree);
    const lot = await room.read(() => all(next.orderBy('id').limit(CALLERS_AT_ONCE)));
    found.push(...lot.map(({ id }) => id));
    const last = lot.at(-1);
    if (last === undefined) return found;
    after = last.id;
  }
}
