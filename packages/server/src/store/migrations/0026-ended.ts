import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/**
 * When a grant was first known to be over, and which have been deleted since, for those that hold copies. Of grants that were over before no
 * moment is known: theirs is the one at which the gateway first looks.
 */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('grants').addColumn('ended_at', 'integer').execute();
  await schema
    .createIndex('grants_ended')
    .on('grants')
    .columns(['ended_at', 'state', 'expires_at'])
    .execute();
  await schema
    .alterTable('grant_changes')
    .addColumn('expired', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await schema
    .createTable('expired_grants')
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('grant_id', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('expired_grants_key', ['number', 'grant_id'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
}
