import type { ColumnDefinitionBuilder, Kysely } from 'kysely';
import { sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();
const primary = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();

/**
 * Grants with names of their organisation alone, tokens that are kept sealed or still hold beside a new one, and a count of
 * changes by which other processes find what is new; and what decisions come to, by hour and by day.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema.alterTable('grants').renameTo('old_grants').execute();
  await makeGrants(database);
  await sql`
    insert into grants (id, organization, name, server, policy, labels, mode, state, expires_at, created_at, origin, token_hash, stack, owner, changed)
    select id, organization, name, server, policy, labels, mode, state, expires_at, created_at, origin, token_hash, stack, owner, 1
    from old_grants
  `.execute(database);
  await sql`insert into grant_changes (id, newest, removed) values (1, 1, 1)`.execute(database);
  await schema.dropTable('old_grants').execute();
  await makeTallies(database);
}

async function makeGrants({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('grants')
    .addColumn('id', 'text', primary)
    .addColumn('organization', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('server', 'text', required)
    .addColumn('policy', 'text')
    .addColumn('labels', 'text', required)
    .addColumn('mode', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('expires_at', 'integer')
    .addColumn('created_at', 'integer', required)
    .addColumn('origin', 'text', required)
    .addColumn('token_hash', 'blob', (column) => column.notNull().unique())
    .addColumn('stack', 'text')
    .addColumn('owner', 'text')
    .addColumn('sealed_token', 'blob')
    .addColumn('previous_hash', 'blob')
    .addColumn('previous_until', 'integer')
    .addColumn('changed', 'integer', required)
    .addUniqueConstraint('grants_name', ['organization', 'name'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await schema.createIndex('grants_changed').on('grants').column('changed').execute();
  // One row: the number of the newest change of any grant, and of the newest that removed some.
  await schema
    .createTable('grant_changes')
    .addColumn('id', 'integer', (column) => primary(column).check(sql`id = 1`))
    .addColumn('newest', 'integer', required)
    .addColumn('removed', 'integer', required)
    .modifyEnd(sql`strict`)
    .execute();
}

async function makeTallies({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('tallies')
    .addColumn('organization', 'text', required)
    .addColumn('kind', 'text', required)
    .addColumn('width', 'integer', required)
    .addColumn('at', 'integer', required)
    .addColumn('first', 'text', required)
    .addColumn('second', 'text', required)
    .addColumn('count', 'integer', required)
    .addPrimaryKeyConstraint('tallies_key', ['organization', 'kind', 'width', 'at', 'first', 'second'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await schema.createIndex('tallies_at').on('tallies').columns(['width', 'at']).execute();
  // One row: the last decision that was counted.
  await schema
    .createTable('tally_cursor')
    .addColumn('id', 'integer', (column) => primary(column).check(sql`id = 1`))
    .addColumn('cursor', 'integer', required)
    .modifyEnd(sql`strict`)
    .execute();
}
