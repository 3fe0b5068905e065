import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** The sign-ins of the gateway at servers, and since when each of them is in force. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('server_sign_ins')
    .addColumn('server', 'text', (column) => column.notNull().primaryKey())
    .addColumn('organization', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('facts', 'text', (column) => column.notNull())
    .addColumn('client', 'blob')
    .addColumn('tokens', 'blob')
    .addColumn('ends_at', 'integer')
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('lease_until', 'integer', (column) => column.notNull())
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await schema
    .alterTable('servers')
    .addColumn('signed_in_at', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
