import { connected } from './executor.ts';
import type { Pool } from './pool.ts';

const PROBE = { name: 'boomgate_probe', text: 'select 1' };

/**
 * Rejects where a pooler gives each transaction a connection to Postgres and does not bring prepared statements along: most calls would
 * be refused. The second of two finds the statement of the first on the connection that they share, or the first misses its own.
 */
export async function requirePrepared(pool: Pool): Promise<void> {
  await connected(pool, async (first) => {
    await first.query(PROBE);
    await connected(pool, (second) => second.query(PROBE));
    await first.query(PROBE);
  });
}
