import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Approvals of one organisation in the order in which they were asked for; a text that is not JSON is of none. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const organization = `(case when json_valid("record") then ("record" ->> '$.organization') end)`;
  await sql
    .raw(`create index "approvals_organization" on "approvals" (${organization}, "asked_at", "id")`)
    .execute(database);
}
