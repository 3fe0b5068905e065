import type { Kysely } from 'kysely';

/** From which networks a grant or an API key is used: JSON of a list, or null for anywhere. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('grants').addColumn('networks', 'text').execute();
  await schema.alterTable('api_keys').addColumn('networks', 'text').execute();
}
