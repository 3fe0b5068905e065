import type { ColumnDefinitionBuilder, Kysely } from 'kysely';
import { sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();
const primary = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();

/** Who people are at providers, links for forgotten passwords, and whether a session's provider asked for a second factor. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('external_identities')
    .addColumn('issuer', 'text', required)
    .addColumn('subject', 'text', required)
    .addColumn('person', 'text', (column) => required(column).references('people.id').onDelete('cascade'))
    .addColumn('email', 'text', required)
    .addColumn('linked_at', 'integer', required)
    .addPrimaryKeyConstraint('external_identities_key', ['issuer', 'subject'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await schema.createIndex('external_identities_person').on('external_identities').column('person').execute();
  // At most one for a person: a new link ends the one before.
  await schema
    .createTable('password_resets')
    .addColumn('person', 'text', (column) => primary(column).references('people.id').onDelete('cascade'))
    .addColumn('token_hash', 'text', (column) => required(column).unique())
    .addColumn('expires_at', 'integer', required)
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  // Null for a session that began with a password.
  await schema.alterTable('person_sessions').addColumn('provider', 'text').execute();
  await schema
    .alterTable('person_sessions')
    .addColumn('provider_factor', 'integer', (column) => required(column).defaultTo(0))
    .execute();
}
