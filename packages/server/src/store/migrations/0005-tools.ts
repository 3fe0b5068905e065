import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();

/** Every definition that a tool was seen with, and whether it is accepted. */
export async function up({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('tool_snapshots')
    .addColumn('organization', 'text', required)
    .addColumn('server', 'text', required)
    .addColumn('tool', 'text', required)
    .addColumn('fingerprint', 'text', required)
    .addColumn('definition', 'text', required)
    .addColumn('classification', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('offered', 'integer', required)
    .addColumn('first_seen_at', 'integer', required)
    .addColumn('seen_at', 'integer', required)
    .addColumn('decided_at', 'integer')
    .addColumn('decided_by', 'text')
    .addPrimaryKeyConstraint('tool_snapshots_key', ['organization', 'server', 'tool', 'fingerprint'])
    .modifyEnd(sql`strict`)
    .execute();
}
