import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();
const primary = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();

/** Everything of the first release. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await makeLog(database);
  await makeCounters(database);
  await makeRegistries(database);
}

async function makeLog({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('callers')
    .addColumn('id', 'integer', primary)
    .addColumn('organization', 'text', required)
    .addColumn('server', 'text', required)
    .addColumn('grant_id', 'text', required)
    .addColumn('grant_name', 'text', required)
    .addColumn('session', 'text', required)
    .addColumn('era', 'text', required)
    .addColumn('protocol', 'text', required)
    .addColumn('client', 'text', required)
    .addColumn('policy', 'text', required)
    .addColumn('policy_version', 'integer', required)
    .addColumn('mode', 'text', required)
    .modifyEnd(sql`strict`)
    .execute();
  await schema
    .createTable('decisions')
    .addColumn('cursor', 'integer', primary)
    .addColumn('id', 'text', required)
    .addColumn('at', 'integer', required)
    .addColumn('caller', 'integer', required)
    .addColumn('method', 'text', required)
    .addColumn('target', 'text', required)
    .addColumn('outcome', 'text', required)
    .addColumn('rule', 'text', required)
    .addColumn('message', 'text', required)
    .addColumn('lists', 'text')
    .addColumn('args_hash', 'text', required)
    .addColumn('bytes_in', 'integer', required)
    .addColumn('forwarded', 'integer', required)
    .modifyEnd(sql`strict`)
    .execute();
  await schema
    .createTable('outcomes')
    .addColumn('decision', 'integer', primary)
    .addColumn('status', 'text', required)
    .addColumn('http_status', 'integer')
    .addColumn('error_code', 'integer')
    .addColumn('upstream_ms', 'real', required)
    .addColumn('gateway_ms', 'real', required)
    .addColumn('bytes_out', 'integer', required)
    .modifyEnd(sql`strict`)
    .execute();
}

async function makeCounters(database: Kysely<unknown>): Promise<void> {
  // What each counter admitted at each moment, in millionths; `expires` is when no window can see it any more.
  await database.schema
    .createTable('usage')
    .addColumn('counter', 'text', required)
    .addColumn('at', 'integer', required)
    .addColumn('amount', 'integer', required)
    .addColumn('expires', 'integer', required)
    .addPrimaryKeyConstraint('usage_key', ['counter', 'at'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  // One row: how far the clock of the counters had come, and what the machine's monotonic clock said then.
  await database.schema
    .createTable('ledger_clock')
    .addColumn('id', 'integer', (column) => primary(column).check(sql`id = 1`))
    .addColumn('at', 'integer', required)
    .addColumn('monotonic', 'real', required)
    .addColumn('boot', 'text', required)
    .modifyEnd(sql`strict`)
    .execute();
}

async function makeRegistries({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('grants')
    .addColumn('id', 'text', primary)
    .addColumn('organization', 'text', required)
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('server', 'text', required)
    .addColumn('policy', 'text')
    .addColumn('labels', 'text', required)
    .addColumn('mode', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('expires_at', 'integer')
    .addColumn('created_at', 'integer', required)
    .addColumn('origin', 'text', required)
    .addColumn('token_hash', 'blob', (column) => column.notNull().unique())
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await schema
    .createTable('servers')
    .addColumn('slug', 'text', primary)
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await schema
    .createTable('policy_versions')
    .addColumn('name', 'text', required)
    .addColumn('version', 'integer', required)
    .addColumn('sha256', 'blob', required)
    .addColumn('text', 'text', required)
    .addColumn('created_at', 'integer', required)
    .addPrimaryKeyConstraint('policy_versions_key', ['name', 'version'])
    .modifyEnd(sql`strict`)
    .execute();
  await schema
    .createTable('ended_sessions')
    .addColumn('id', 'text', primary)
    .addColumn('forget_at', 'integer', required)
    .modifyEnd(sql`strict, without rowid`)
    .execute();
}
