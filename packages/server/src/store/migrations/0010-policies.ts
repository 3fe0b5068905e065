import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** Policies of each organisation: their versions with who made them, which is in force, and what waits for a second person. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  // A key cannot be changed in place.
  await schema
    .createTable('policy_texts')
    .addColumn('organization', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('version', 'integer', required)
    .addColumn('sha256', 'blob', required)
    .addColumn('text', 'text', required)
    .addColumn('origin', 'text', required)
    .addColumn('author', 'text', required)
    .addColumn('note', 'text', required)
    .addColumn('created_at', 'integer', required)
    .addPrimaryKeyConstraint('policy_versions_key', ['organization', 'name', 'version'])
    .modifyEnd(sql`strict`)
    .execute();
  // Until now only configuration files made versions.
  await sql`insert into policy_texts
    select 'default', name, version, sha256, text, 'file', '', '', created_at from policy_versions`.execute(
    database,
  );
  await schema.dropTable('policy_versions').execute();
  await schema.alterTable('policy_texts').renameTo('policy_versions').execute();
  // One row for each policy that is stored: the version that is in force.
  await schema
    .createTable('policies')
    .addColumn('organization', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('server', 'text')
    .addColumn('version', 'integer', required)
    .addPrimaryKeyConstraint('policies_key', ['organization', 'name'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await schema
    .createTable('policy_proposals')
    .addColumn('id', 'text', (column) => required(column).primaryKey())
    .addColumn('organization', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('text', 'text', required)
    .addColumn('record', 'text', required)
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await schema
    .alterTable('organizations')
    .addColumn('require_second_person', 'text', (column) => required(column).defaultTo('never'))
    .execute();
}
