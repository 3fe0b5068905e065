import { UNKNOWN } from '../contract.ts';
import { transact } from './driver.ts';
import type { SqliteDesk } from './journal.ts';

/** Rows at the end of the log that are looked at when a gateway starts: far more than calls are ever under way. */
const LOOKED_AT = 100_000;

/** Gives an outcome to the calls that a gateway had forwarded when it died. To be called before anything is admitted. */
export function closeUnfinished({ database, log }: Pick<SqliteDesk, 'database' | 'log'>): void {
  const unfinished = database
    .prepare<{ readonly cursor: number }>(
      `select cursor from decisions left join outcomes on outcomes.decision = decisions.cursor
       where case when json_valid(decisions.entry) then decisions.entry ->> 'forwarded' end
       and outcomes.decision is null and cursor > (select max(cursor) from decisions) - ?
       order by cursor`,
    )
    .all(LOOKED_AT);
  if (unfinished.length === 0) return;
  transact(database, () => {
    for (const { cursor } of unfinished) log.outcome(cursor, UNKNOWN);
    log.seal();
  });
}
