import type { Pool } from '../pool.ts';

/** The time of the database's machine, in SQL: milliseconds since the epoch. */
export const SERVER_MS = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

export async function serverMs(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ ms: number }>(`select ${SERVER_MS} as ms`);
  const [row] = rows;
  if (row === undefined) throw new Error('expected a row, found none');
  return row.ms;
}
