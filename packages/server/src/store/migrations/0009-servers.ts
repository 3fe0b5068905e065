import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();
const primary = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();

/** Servers belong to organisations, and may be kept here with what the gateway presents to them. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema
    .createTable('organization_servers')
    .addColumn('id', 'text', primary)
    .addColumn('organization', 'text', required)
    .addColumn('slug', 'text', required)
    // Null where the table knows no more than the id: a configuration file declares the server, or it was removed.
    .addColumn('entry', 'text')
    .addColumn('credentials', 'text')
    .addColumn('sealed', 'blob')
    .addColumn('version', 'integer', required)
    .addColumn('created_at', 'integer')
    .addColumn('changed_at', 'integer')
    .addUniqueConstraint('servers_slug', ['organization', 'slug'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await sql`insert into organization_servers (id, organization, slug, version)
    select id, 'default', slug, 0 from servers`.execute(database);
  await schema.dropTable('servers').execute();
  await schema.alterTable('organization_servers').renameTo('servers').execute();
}
