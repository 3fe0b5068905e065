import type { PoolClient } from '../pool.ts';

/** Cells that have expired which one sweep deletes. */
const ROWS = 1_000;

/** Deletes what no counter needs any more. */
export async function sweep(client: Pick<PoolClient, 'query'>): Promise<void> {
  await client.query(
    `delete from usage where ctid in (select ctid from usage where expires <= (select coalesce(max(at), 0) from ledger_clock) limit ${ROWS})`,
  );
}
