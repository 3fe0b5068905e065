import type { Kysely } from 'kysely';

/** What a browser said of itself when a person signed in, in a few words. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('person_sessions').addColumn('device', 'text').execute();
}
