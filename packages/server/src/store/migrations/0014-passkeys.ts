import type { ColumnDefinitionBuilder, Kysely } from 'kysely';
import { sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** Public keys of people's devices. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('passkeys')
    .addColumn('id', 'text', (column) => required(column).primaryKey())
    .addColumn('person', 'text', (column) => required(column).references('people.id').onDelete('cascade'))
    .addColumn('name', 'text', required)
    .addColumn('credential', 'text', (column) => required(column).unique())
    .addColumn('public_key', 'blob', required)
    .addColumn('counter', 'integer', required)
    .addColumn('created_at', 'integer', required)
    .addColumn('used_at', 'integer')
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await schema.createIndex('passkeys_person').on('passkeys').column('person').execute();
}
