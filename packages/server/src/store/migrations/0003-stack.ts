import type { Kysely } from 'kysely';

/** Grants that open several servers; null for a grant of one. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('grants').addColumn('stack', 'text').execute();
}
