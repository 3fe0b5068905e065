import { SERVER_MS } from './journal/server-time.ts';
import type { Pool } from './pool.ts';

/** Milliseconds after which a replica that is silent is left out: it died, and no other one has tidied up after it. */
const SILENT_MS = 60_000;

/** Where replicas say that they are reached, each address once. */
export async function addressesOfReplicas(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ readonly url: string }>(
    `select distinct url from replicas where url <> '' and seen_at >= ${SERVER_MS} - ${SILENT_MS} order by url`,
  );
  return rows.map(({ url }) => url);
}
