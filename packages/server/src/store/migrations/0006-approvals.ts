import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Approvals, what is told of them to webhooks, and whose grant a grant is. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema.alterTable('grants').addColumn('owner', 'text').execute();
  await schema
    .createTable('approvals')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('binding', 'text', (column) => column.notNull())
    .addColumn('call', 'text', (column) => column.notNull())
    .addColumn('grant_id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('asked_at', 'integer', (column) => column.notNull())
    .addColumn('due_at', 'integer')
    .addColumn('record', 'text', (column) => column.notNull())
    .addColumn('arguments', 'blob')
    .modifyEnd(sql`strict`)
    .execute();
  await schema.createIndex('approvals_binding').on('approvals').columns(['binding', 'asked_at']).execute();
  await schema.createIndex('approvals_grant').on('approvals').columns(['grant_id', 'state']).execute();
  await schema.createIndex('approvals_asked').on('approvals').column('asked_at').execute();
  await schema.createIndex('approvals_due').on('approvals').column('due_at').execute();
  await schema
    .createTable('approval_events')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('record', 'text', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await schema
    .createTable('deliveries')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('approval', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('last', 'text', (column) => column.notNull())
    .addColumn('next_at', 'integer')
    .modifyEnd(sql`strict`)
    .execute();
  await schema.createIndex('deliveries_next').on('deliveries').column('next_at').execute();
  await schema.createIndex('deliveries_created').on('deliveries').column('created_at').execute();
}
