import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** Members who ask for a grant of a server. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('access_requests')
    .addColumn('id', 'text', (column) => required(column).primaryKey())
    .addColumn('organization', 'text', required)
    .addColumn('person', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('record', 'text', required)
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await schema
    .createIndex('access_requests_organization')
    .on('access_requests')
    .columns(['organization', 'state', 'id'])
    .execute();
}
