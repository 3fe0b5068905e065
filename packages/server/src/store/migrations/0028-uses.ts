import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** When grants and API keys were used last. Of grants that is what was counted so far; it goes with its grant. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('grant_uses')
    .addColumn('grant_id', 'text', (column) =>
      column.notNull().primaryKey().references('grants.id').onDelete('cascade'),
    )
    .addColumn('at', 'integer', (column) => column.notNull())
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await sql`
    INSERT INTO grant_uses (grant_id, at) SELECT first, max(at) FROM tallies
    WHERE kind = 'grant' AND first IN (SELECT id FROM grants) GROUP BY first`.execute(database);
  await database.schema.alterTable('api_keys').addColumn('used_at', 'integer').execute();
}
