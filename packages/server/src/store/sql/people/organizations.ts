import type { NewMember, NewOrganization, OrganizationRecord, Organizations } from '../../contract.ts';
import type { SqlRoom } from '../room.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { insertMember } from './members.ts';
import { decodeOrganization } from './records.ts';

export function openOrganizations(room: SqlRoom): Organizations {
  return {
    find: (id) => room.read(() => find(id)),
    create: (organization, admin, note) =>
      room.write(() => insertOrganization(room, organization, admin), note),
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
        .where('version', '=', version);
      return room.write(function* () {
        const isCurrent = (yield* change(update)) > 0;
        return isCurrent ? ((yield* find(id)) ?? 'stale') : 'stale';
      }, note);
    },
    stopped: () => room.read(stopped),
  };
}

/** Ids of those whose agents are stopped. */
export function* stopped(): Work<ReadonlySet<string>> {
  const rows = yield* all(build.selectFrom('organizations').select('id').where('agents_stopped', '=', 1));
  return new Set(rows.map(({ id }) => id));
}

function* find(id: string): Work<OrganizationRecord | undefined> {
  const row = yield* first(build.selectFrom('organizations').selectAll().where('id', '=', id));
  return row === undefined ? undefined : decodeOrganization(row);
}

/** Within a transaction of the caller. */
export function* insertOrganization(
  room: SqlRoom,
  { id, name }: NewOrganization,
  admin: NewMember,
): Work<OrganizationRecord> {
  const settings = { require_second_factor: 0, require_second_person: 'never', agents_stopped: 0 };
  const row = { id, name, ...settings, version: 1, created_at: room.clock.wallMs() };
  yield* change(build.insertInto('organizations').values(row));
  yield* insertMember(room, { ...admin, organization: id, role: 'admin' });
  return decodeOrganization(row);
}
