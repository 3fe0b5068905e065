import type { Kysely } from 'kysely';

/** Of an organisation that was removed a row stays, so that nothing comes to life that is still written under its id. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('organizations').addColumn('removed_at', 'integer').execute();
}
