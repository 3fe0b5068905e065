import type {
  NewMember,
  NewOrganization,
  OrganizationRecord,
  Organizations,
  OrganizationWithCounts,
} from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { insertMember } from './members.ts';
import { decodeOrganization } from './records.ts';
import { removeOrganization } from './remove-organization.ts';

export function openOrganizations(executor: SqlExecutor): Organizations {
  return {
    find: (id) => executor.read(() => findOrganization(id)),
    create: (organization, admin, note) =>
      executor.write(() => insertOrganization(executor, organization, admin), note),
    change({ id, version }, { agentsStopped, name, requireSecondFactor, requireSecondPerson }, note) {
      const next = {
        version: version + 1,
        ...(name === undefined ? {} : { name }),
        ...(requireSecondFactor === undefined ? {} : { require_second_factor: requireSecondFactor ? 1 : 0 }),
        ...(requireSecondPerson === undefined ? {} : { require_second_person: requireSecondPerson }),
        ...(agentsStopped === undefined ? {} : { agents_stopped: agentsStopped ? 1 : 0 }),
      };
      const update = build
        .updateTable('organizations')
        .set(next)
        .where('id', '=', id)
        .where('removed_at', 'is', null)
        .where('version', '=', version);
      return executor.write(function* () {
        const isCurrent = (yield* change(update)) > 0;
        return isCurrent ? ((yield* findOrganization(id)) ?? 'stale') : 'stale';
      }, note);
    },
    stopped: () => executor.read(stopped),
    list: () => executor.read(list),
    remove: ({ id, name }, by) =>
      executor.write(() => removeOrganization(executor, { organization: id, name, by })),
  };
}

/** Servers that the API registered, and grants that may be used. */
function countsOf(organization: string) {
  const count = (table: 'members' | 'servers' | 'grants') =>
    build
      .selectFrom(table)
      .select((one) => one.fn.countAll<number>().as('n'))
      .where('organization', '=', organization);
  return {
    members: count('members'),
    servers: count('servers').where('entry', 'is not', null),
    grants: count('grants').where('state', '!=', 'revoked'),
  };
}

/** Ids of those whose agents are stopped: all that were removed are. */
export function* stopped(): Work<ReadonlySet<string>> {
  const rows = yield* all(build.selectFrom('organizations').select('id').where('agents_stopped', '=', 1));
  return new Set(rows.map(({ id }) => id));
}

/** Ids of those that were removed. */
export function* removed(): Work<readonly string[]> {
  const rows = build.selectFrom('organizations').select('id').where('removed_at', 'is not', null);
  return (yield* all(rows.orderBy('id'))).map(({ id }) => id);
}

export function* findOrganization(id: string): Work<OrganizationRecord | undefined> {
  const row = yield* first(notRemoved().where('id', '=', id));
  return row === undefined ? undefined : decodeOrganization(row);
}

const notRemoved = () => build.selectFrom('organizations').selectAll().where('removed_at', 'is', null);

function* list(): Work<readonly OrganizationWithCounts[]> {
  const found: OrganizationWithCounts[] = [];
  for (const row of yield* all(notRemoved().orderBy('created_at').orderBy('id'))) {
    const counts = { members: 0, servers: 0, grants: 0 };
    // A cast: the keys of both are the same.
    for (const [counted, query] of Object.entries(countsOf(row.id)))
      counts[counted as keyof typeof counts] = (yield* first(query))?.n ?? 0;
    found.push({ ...decodeOrganization(row), ...counts });
  }
  return found;
}

/** Within a transaction of the caller. */
export function* insertOrganization(
  executor: SqlExecutor,
  { id, name }: NewOrganization,
  admin: NewMember,
): Work<OrganizationRecord> {
  const settings = { require_second_factor: 0, require_second_person: 'never', agents_stopped: 0 };
  const row = { id, name, ...settings, version: 1, created_at: executor.clock.wallMs(), removed_at: null };
  yield* change(build.insertInto('organizations').values(row));
  yield* insertMember(executor, { ...admin, organization: id, role: 'admin' });
  return decodeOrganization(row);
}
