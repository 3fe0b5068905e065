import type { ColumnDefinitionBuilder, Kysely } from 'kysely';
import { sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();
const none = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0);

/** What the directories behind providers say of people: also of those whom they have deleted, who must not come back by their domain. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('directory_entries')
    .addColumn('id', 'text', (column) => required(column).primaryKey())
    .addColumn('organization', 'text', required)
    .addColumn('provider', 'text', required)
    .addColumn('user_name', 'text', required)
    .addColumn('user_name_key', 'text', required)
    .addColumn('external_id', 'text')
    .addColumn('email', 'text')
    .addColumn('display_name', 'text')
    .addColumn('given_name', 'text')
    .addColumn('family_name', 'text')
    .addColumn('state', 'text', required)
    .addColumn('person', 'text', (column) => column.references('people.id').onDelete('set null'))
    .addColumn('took_out', 'integer', none)
    .addColumn('version', 'integer', required)
    .addColumn('created_at', 'integer', required)
    .addColumn('modified_at', 'integer', required)
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  const index = (name: string, columns: readonly string[]) =>
    schema
      .createIndex(`directory_entries_${name}`)
      .on('directory_entries')
      .columns([...columns])
      .execute();
  await index('user_name', ['organization', 'provider', 'user_name_key']);
  await index('external_id', ['organization', 'provider', 'external_id']);
  await index('email', ['organization', 'provider', 'email']);
  // With what tells them from deleted ones, so that counting them reads nothing else.
  await index('listed', ['organization', 'provider', 'id', 'state']);
  await index('person', ['person']);
  // Those that have an address from when they were linked.
  await schema
    .createIndex('external_identities_email')
    .on('external_identities')
    .columns(['issuer', 'email'])
    .execute();
}
