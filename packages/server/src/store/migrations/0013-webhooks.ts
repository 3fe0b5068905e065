import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Webhooks that people make, which of them a delivery is for, and who wants letters of approvals. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('webhooks')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('organization', 'text', (column) =>
      column.notNull().references('organizations.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('events', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('url', 'blob', (column) => column.notNull())
    .addColumn('secret', 'blob', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addUniqueConstraint('webhooks_name', ['organization', 'name'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  const toDeliveries = schema.alterTable('deliveries');
  await toDeliveries.addColumn('webhook', 'text', (column) => column.notNull().defaultTo('')).execute();
  await toDeliveries
    .addColumn('organization', 'text', (column) => column.notNull().defaultTo('default'))
    .execute();
  await schema
    .createIndex('deliveries_webhook')
    .on('deliveries')
    .columns(['organization', 'webhook', 'created_at'])
    .execute();
  await schema
    .alterTable('members')
    .addColumn('mail_approvals', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
}
