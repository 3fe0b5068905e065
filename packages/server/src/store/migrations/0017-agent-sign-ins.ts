import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** What is kept of agents that sign in by themselves, and what of that is a grant's: tokens for a while, and who may sign agents in. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('agent_sign_ins')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('key_hash', 'text', (column) => column.notNull())
    .addColumn('sign_in', 'text')
    .addColumn('grant_id', 'text')
    .addColumn('content', 'blob', (column) => column.notNull())
    .addColumn('ends_at', 'integer', (column) => column.notNull())
    .addColumn('used_at', 'integer')
    .addPrimaryKeyConstraint('agent_sign_ins_key', ['kind', 'key_hash'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  for (const [name, columns] of Object.entries({
    agent_sign_ins_of: ['sign_in'],
    agent_sign_ins_grant: ['grant_id', 'kind'],
    agent_sign_ins_ends: ['ends_at'],
    agent_sign_ins_kind_ends: ['kind', 'ends_at'],
  }))
    await schema.createIndex(name).on('agent_sign_ins').columns(columns).execute();
  await schema.alterTable('grants').addColumn('access_tokens', 'text').execute();
  await schema
    .alterTable('grants')
    .addColumn('owner_may_sign_in', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
