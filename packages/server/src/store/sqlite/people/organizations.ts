import type { NewMember, NewOrganization, OrganizationRecord, Organizations } from '../../contract.ts';
import { build } from '../tables.ts';
import type { Desk } from './desk.ts';
import { insertMember } from './members.ts';
import { decodeOrganization } from './records.ts';

export function openOrganizations(desk: Desk): Organizations {
  const find = (id: string): OrganizationRecord | undefined => {
    const row = desk.first(build.selectFrom('organizations').selectAll().where('id', '=', id));
    return row === undefined ? undefined : decodeOrganization(row);
  };
  return {
    find: async (id) => find(id),
    create: async (organization, admin) => desk.write(() => insertOrganization(desk, organization, admin)),
    async change(id, version, { name, requireSecondFactor, requireSecondPerson }) {
      const next = {
        version: version + 1,
        ...(name === undefined ? {} : { name }),
        ...(requireSecondFactor === undefined ? {} : { require_second_factor: requireSecondFactor ? 1 : 0 }),
        ...(requireSecondPerson === undefined ? {} : { require_second_person: requireSecondPerson }),
      };
      const update = build
        .updateTable('organizations')
        .set(next)
        .where('id', '=', id)
        .where('version', '=', version);
      return desk.write(() => (desk.change(update) > 0 ? (find(id) ?? 'stale') : 'stale'));
    },
  };
}

/** Within a transaction of the caller. */
export function insertOrganization(
  desk: Desk,
  { id, name }: NewOrganization,
  admin: NewMember,
): OrganizationRecord {
  const settings = { require_second_factor: 0, require_second_person: 'never' };
  const row = { id, name, ...settings, version: 1, created_at: desk.nowMs() };
  desk.change(build.insertInto('organizations').values(row));
  insertMember(desk, { ...admin, organization: id, role: 'admin' });
  return decodeOrganization(row);
}
