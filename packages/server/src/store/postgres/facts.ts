import { toPostgresError } from './errors.ts';
import { SERVER_MS } from './journal/server-time.ts';
import { openPool } from './pool.ts';
import { requirePrepared } from './prepared.ts';
import { type SchemaState, schemaOf } from './schema.ts';

/** What there is to know of a database before one opens it. */
export type PostgresFacts = SchemaState & {
  /** Of Postgres, as `15.4`. */
  readonly version: string;
  /** `UTF8`, if it is as it should be. */
  readonly encoding: string;
  /** A standby, or one that was made read-only. */
  readonly isReadOnly: boolean;
  /** Its clock. */
  readonly atMs: number;
};

/** Changes nothing, and needs no key. Rejects with `StoreError`. */
export async function postgresFacts(url: string): Promise<PostgresFacts> {
  const pool = openPool({ url, onWarning: () => undefined });
  try {
    const { rows } = await pool.query<Omit<PostgresFacts, keyof SchemaState>>(FACTS);
    const [facts] = rows;
    if (facts === undefined) throw new Error('expected one row, found none');
    await requirePrepared(pool);
    return { ...facts, ...(await schemaOf(pool)) };
  } catch (error) {
    throw toPostgresError(error);
  } finally {
    await pool.end();
  }
}

const FACTS = `
select split_part(current_setting('server_version'), ' ', 1) as version,
       current_setting('server_encoding') as encoding,
       pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on' as "isReadOnly",
       ${SERVER_MS} as "atMs"`;
