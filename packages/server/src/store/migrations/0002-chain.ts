import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Links the rows of the log into one chain, with sealed marks along it. Rows from before have no link. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  for (const table of ['decisions', 'outcomes'] as const) {
    await schema.alterTable(table).addColumn('link', 'integer').execute();
    await schema.alterTable(table).addColumn('hash', 'text').execute();
  }
  // How far the chain had come at some moments; the seal shows that the gateway said so.
  await schema
    .createTable('chain_marks')
    .addColumn('link', 'integer', (column) => column.notNull().primaryKey())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('seal', 'text', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  // One row: the end of the chain.
  await schema
    .createTable('chain_head')
    .addColumn('id', 'integer', (column) => column.notNull().primaryKey().check(sql`id = 1`))
    .addColumn('link', 'integer', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('seal', 'text', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
}
