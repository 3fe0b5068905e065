import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/**
 * A row of the log is one text, which is what the chain hashes. Earlier rows keep what they say; their links are of another
 * form, so that the chain begins anew.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database;
  await schema.alterTable('decisions').renameTo('old_decisions').execute();
  await schema.alterTable('outcomes').renameTo('old_outcomes').execute();
  await schema
    .createTable('decisions')
    .addColumn('cursor', 'integer', (column) => column.notNull().primaryKey())
    .addColumn('caller', 'integer', (column) => column.notNull())
    .addColumn('entry', 'text', (column) => column.notNull())
    .addColumn('link', 'integer')
    .addColumn('hash', 'text')
    .modifyEnd(sql`strict`)
    .execute();
  await schema
    .createTable('outcomes')
    .addColumn('decision', 'integer', (column) => column.notNull().primaryKey())
    .addColumn('entry', 'text', (column) => column.notNull())
    .addColumn('link', 'integer')
    .addColumn('hash', 'text')
    .modifyEnd(sql`strict`)
    .execute();
  await sql`
    insert into decisions (cursor, caller, entry)
    select cursor, caller, json_object(
      'id', id, 'atMs', at, 'method', method, 'target', target, 'outcome', outcome, 'rule', rule, 'message', message,
      'trace', json(coalesce(lists -> 0, '[]')), 'usage', json(coalesce(lists -> 1, '[]')),
      'argKeys', json(coalesce(lists -> 2, '[]')), 'argsHash', args_hash, 'bytesIn', bytes_in,
      'forwarded', json(iif(forwarded = 1, 'true', 'false'))
    ) from old_decisions
  `.execute(database);
  await sql`
    insert into outcomes (decision, entry)
    select decision, json_patch(
      json_object('status', status, 'upstreamMs', upstream_ms, 'gatewayMs', gateway_ms, 'bytesOut', bytes_out),
      json_object('httpStatus', http_status, 'errorCode', error_code)
    ) from old_outcomes
  `.execute(database);
  for (const table of ['old_decisions', 'old_outcomes']) await schema.dropTable(table).execute();
  for (const table of ['chain_head', 'chain_marks'])
    await sql`delete from ${sql.table(table)}`.execute(database);
}
