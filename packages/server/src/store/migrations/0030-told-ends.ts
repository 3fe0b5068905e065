import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** Ends of grants and API keys of which others were told, and the way to those that come next. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('told_ends')
    .addColumn('kind', 'text', required)
    .addColumn('id', 'text', required)
    .addColumn('ends_at', 'integer', required)
    .addPrimaryKeyConstraint('told_ends_key', ['kind', 'id'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await schema.createIndex('grants_expires').on('grants').columns(['expires_at']).execute();
}
