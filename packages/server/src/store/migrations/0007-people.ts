import { type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();
const unique = (column: ColumnDefinitionBuilder) => column.notNull().unique();
const primary = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();

/** An id of another table; what points at something that goes, goes with it. */
const of = (table: string) => (column: ColumnDefinitionBuilder) =>
  column.notNull().references(`${table}.id`).onDelete('cascade');

/** People, organisations, and how both are signed in. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await makeAccounts(database);
  await makeOrganizations(database);
  await makeCredentials(database);
  await makeOnce(database);
}

async function makeAccounts({ schema }: Kysely<unknown>): Promise<void> {
  await strict(
    schema
      .createTable('people')
      .addColumn('id', 'text', primary)
      .addColumn('email', 'text', unique)
      .addColumn('name', 'text', required)
      .addColumn('password_hash', 'text')
      .addColumn('totp_secret', 'text')
      .addColumn('totp_confirmed', 'integer', required)
      .addColumn('totp_step', 'integer', required)
      .addColumn('created_at', 'integer', required),
  );
  await strict(
    schema
      .createTable('recovery_codes')
      .addColumn('person', 'text', of('people'))
      .addColumn('hash', 'text', required)
      .addPrimaryKeyConstraint('recovery_codes_key', ['person', 'hash']),
  );
}

async function makeOrganizations({ schema }: Kysely<unknown>): Promise<void> {
  await strict(
    schema
      .createTable('organizations')
      .addColumn('id', 'text', primary)
      .addColumn('name', 'text', required)
      .addColumn('require_second_factor', 'integer', required)
      .addColumn('version', 'integer', required)
      .addColumn('created_at', 'integer', required),
  );
  await strict(
    schema
      .createTable('members')
      .addColumn('id', 'text', primary)
      .addColumn('organization', 'text', of('organizations'))
      .addColumn('person', 'text', of('people'))
      .addColumn('role', 'text', required)
      .addColumn('created_at', 'integer', required)
      .addUniqueConstraint('members_once', ['organization', 'person']),
  );
}

async function makeCredentials({ schema }: Kysely<unknown>): Promise<void> {
  await strict(
    schema
      .createTable('invitations')
      .addColumn('id', 'text', primary)
      .addColumn('organization', 'text', of('organizations'))
      .addColumn('email', 'text', required)
      .addColumn('role', 'text', required)
      .addColumn('token_hash', 'text', unique)
      .addColumn('created_by', 'text', required)
      .addColumn('created_at', 'integer', required)
      .addColumn('expires_at', 'integer', required)
      .addColumn('accepted_at', 'integer')
      .addColumn('revoked_at', 'integer'),
  );
  await strict(
    schema
      .createTable('api_keys')
      .addColumn('id', 'text', primary)
      .addColumn('organization', 'text', of('organizations'))
      .addColumn('name', 'text', required)
      .addColumn('role', 'text', required)
      .addColumn('prefix', 'text', required)
      .addColumn('key_hash', 'text', unique)
      .addColumn('created_by', 'text', of('people'))
      .addColumn('created_at', 'integer', required)
      .addColumn('expires_at', 'integer', required)
      .addColumn('revoked_at', 'integer'),
  );
  await strict(
    schema
      .createTable('person_sessions')
      .addColumn('hash', 'text', primary)
      .addColumn('person', 'text', of('people'))
      .addColumn('organization', 'text', of('organizations'))
      .addColumn('created_at', 'integer', required)
      .addColumn('seen_at', 'integer', required),
  );
  await schema.createIndex('person_sessions_of').on('person_sessions').column('person').execute();
}

async function makeOnce({ schema }: Kysely<unknown>): Promise<void> {
  // One row: the code by which the first person is made.
  await strict(
    schema
      .createTable('setup_code')
      .addColumn('id', 'integer', (column) => primary(column).check(sql`id = 1`))
      .addColumn('hash', 'text', required)
      .addColumn('expires_at', 'integer', required),
  );
  await strict(
    schema
      .createTable('kept_answers')
      .addColumn('caller', 'text', required)
      .addColumn('key', 'text', required)
      .addColumn('fingerprint', 'text', required)
      .addColumn('sealed', 'text', required)
      .addColumn('forget_at', 'integer', required)
      .addPrimaryKeyConstraint('kept_answers_key', ['caller', 'key']),
  );
}

async function strict(table: CreateTableBuilder<string, string>): Promise<void> {
  await table.modifyEnd(sql`strict, without rowid`).execute();
}
