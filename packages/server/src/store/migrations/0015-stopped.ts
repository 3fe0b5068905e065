import type { Kysely } from 'kysely';

/** Whether all agents of an organisation are stopped. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .alterTable('organizations')
    .addColumn('agents_stopped', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
