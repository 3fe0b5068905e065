import type { PoolClient } from '../pool.ts';

/** Rows that one statement deletes. */
const ROWS = 1_000;
/** Milliseconds of a statement after which another follows at once: a database that is quick is kept clean, whatever it gets. */
const SHORT_MS = 50;
/** Milliseconds of one sweep. */
const SWEEP_MS = 500;

/** Whoever writes a row just now keeps it, so that nobody waits for a sweep which waits for them. */
const swept = (table: string, which: string): string =>
  `delete from ${table} where ctid = any(array(select ctid from ${table} where ${which} limit ${ROWS} for update skip locked))`;

/** Cells that have expired; and counters of which a replica has no call in flight, or that nobody keeps any more. */
const DELETIONS = [
  swept('usage', 'expires <= (select coalesce(max(at), 0) from ledger_clock)'),
  swept('running', 'calls = 0 or replica not in (select id from replicas)'),
];

/** Deletes what no counter needs any more, in short statements. */
export async function sweep(client: Pick<PoolClient, 'query'>): Promise<void> {
  const endMs = performance.now() + SWEEP_MS;
  for (const text of DELETIONS) {
    let isMore = true;
    while (isMore && performance.now() < endMs) {
      const beganMs = performance.now();
      const { rowCount } = await client.query(text);
      isMore = rowCount === ROWS && performance.now() - beganMs < SHORT_MS;
    }
  }
}
