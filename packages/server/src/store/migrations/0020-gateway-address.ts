import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Where the gateway was reached when it started last: one row. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('gateway_address')
    .addColumn('id', 'integer', (column) => column.notNull().primaryKey().check(sql`id = 1`))
    .addColumn('url', 'text', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
}
