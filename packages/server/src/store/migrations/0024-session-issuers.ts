import type { Kysely } from 'kysely';

/** Which issuer proved who began a session, and its name of the session there, by which the issuer ends it. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('person_sessions').addColumn('issuer', 'text').execute();
  await schema.alterTable('person_sessions').addColumn('issuer_session', 'text').execute();
  await schema
    .createIndex('person_sessions_issuer')
    .on('person_sessions')
    .columns(['issuer', 'issuer_session'])
    .execute();
}
