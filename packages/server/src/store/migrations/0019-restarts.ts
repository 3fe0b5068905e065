import type { Kysely } from 'kysely';

/** How often people had a server started anew. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .alterTable('servers')
    .addColumn('restarts', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
