import type { Answer, Entry } from '../../journal/index.ts';
import { connected } from '../executor.ts';
import { type Pool, type PoolClient, patiently } from '../pool.ts';
import { EndCallsEntry } from './replica-entries.ts';

/** Rows of the log in which calls are looked for at once. */
const ROWS = 50_000;
/** Milliseconds that one such look may take; nobody waits for it. */
const LOOK_MS = 10_000;
/** Calls that one group ends. */
const CALLS = 1_000;

/** Has an entry written by the journal. */
export type WriteEntry = (make: (answer: Answer<void>) => Entry) => Promise<void>;

type Ending = {
  readonly pool: Pool;
  readonly write: WriteEntry;
  /** False when this gateway stops: others go on, from the beginning. */
  readonly goesOn: () => boolean;
};

type Dead = { readonly id: string; readonly since: number };

/**
 * Ends the calls that replicas left which were shut out, however long ago they began. Each is kept in mind in the database until that
 * is done, whoever does it; two who do it at once do it once.
 */
export async function endCallsOfDead(ending: Ending): Promise<void> {
  const { pool } = ending;
  const { rows } = await pool.query<Dead>('select id, since from dead_replicas');
  for (const dead of rows) {
    for await (const calls of unfinishedOf(pool, dead)) {
      if (!ending.goesOn()) return;
      for (let first = 0; first < calls.length; first += CALLS) {
        const some = calls.slice(first, first + CALLS);
        await ending.write((answer) => new EndCallsEntry(some, answer));
      }
    }
    await pool.query('delete from dead_replicas where id = $1', [dead.id]);
  }
}

/** Cursors of the calls that it forwarded and that have no outcome, as many at once as there are in a part of the log. */
async function* unfinishedOf(pool: Pool, { id, since }: Dead): AsyncGenerator<readonly number[]> {
  const bounds = await pool.query<{ first: number | null; last: number | null }>(
    'select min(cursor) as first, max(cursor) as last from decisions where cursor > $1',
    [since],
  );
  const { first, last } = bounds.rows[0] ?? { first: null, last: null };
  if (first === null || last === null) return;
  for (let from = first; from <= last; from += ROWS)
    yield await connected(pool, (client) =>
      unfinishedIn(client, [id, from, Math.min(last, from + ROWS - 1)]),
    );
}

async function unfinishedIn(
  client: PoolClient,
  values: readonly [id: string, from: number, to: number],
): Promise<readonly number[]> {
  await client.query(`begin read only; set local statement_timeout = ${LOOK_MS}`);
  try {
    const text = `select cursor from decisions join callers on callers.id = caller
      where callers.replica = $1 and cursor between $2 and $3
      and not exists (select 1 from outcomes where decision = cursor)
      and json_of(entry) ->> 'forwarded' = 'true' order by cursor`;
    const { rows } = await client.query<{ cursor: number }>(
      patiently(LOOK_MS, { text, values: [...values] }),
    );
    return rows.map(({ cursor }) => cursor);
  } finally {
    await client.query('rollback');
  }
}
