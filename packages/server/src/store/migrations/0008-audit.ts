import type { ColumnDefinitionBuilder, Kysely } from 'kysely';
import { sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();
const primary = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();

/**
 * The audit log with a chain of its own, where a chain begins once older rows were deleted, to which keys all of it belongs,
 * and since when a restored store knows what its counters hold.
 */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  // Rows are few, so that each carries a seal: a forger is found at the row.
  await schema
    .createTable('audit')
    .addColumn('link', 'integer', primary)
    .addColumn('entry', 'text', required)
    .addColumn('hash', 'text', required)
    .addColumn('seal', 'text', required)
    .modifyEnd(sql`strict`)
    .execute();
  await schema
    .createTable('audit_head')
    .addColumn('id', 'integer', (column) => primary(column).check(sql`id = 1`))
    .addColumn('link', 'integer', required)
    .addColumn('hash', 'text', required)
    .addColumn('seal', 'text', required)
    .modifyEnd(sql`strict`)
    .execute();
  // One row for each chain: the last row that was deleted.
  await schema
    .createTable('chain_checkpoints')
    .addColumn('chain', 'text', primary)
    .addColumn('link', 'integer', required)
    .addColumn('hash', 'text', required)
    .addColumn('cursor', 'integer', required)
    .addColumn('entry', 'text', required)
    .addColumn('seal', 'text', required)
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  // What each key makes of a known text, so that another key is noticed before it is used.
  await schema
    .createTable('key_checks')
    .addColumn('purpose', 'text', primary)
    .addColumn('value', 'text', required)
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  // At most one row: until then calls may have been admitted that no counter knows of.
  await schema
    .createTable('ledger_floor')
    .addColumn('id', 'integer', (column) => primary(column).check(sql`id = 1`))
    .addColumn('at', 'integer', required)
    .modifyEnd(sql`strict`)
    .execute();
}
