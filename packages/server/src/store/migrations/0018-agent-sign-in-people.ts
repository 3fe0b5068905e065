import type { Kysely } from 'kysely';

/** Who consented to a sign-in of an agent, so that it ends when they leave. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('agent_sign_ins').addColumn('person', 'text').execute();
  const index = schema.createIndex('agent_sign_ins_person').on('agent_sign_ins');
  await index.columns(['person', 'kind']).execute();
}
