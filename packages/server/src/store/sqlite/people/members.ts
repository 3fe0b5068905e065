import { PERMISSIONS, type Role } from '@boomgate/contract';
import type { MemberRecord, Members, MemberWithPerson, Reader } from '../../contract.ts';
import { build } from '../tables.ts';
import type { Desk } from './desk.ts';
import { decodeMember, decodeOrganization, decodePerson } from './records.ts';
import type { PeopleTables } from './tables.ts';

export function openMembers(desk: Desk): Members {
  return {
    async list(organization, { after = '', limit }) {
      const page = withPerson()
        .where('members.organization', '=', organization)
        .where('members.id', '>', after)
        .orderBy('members.id')
        .limit(limit);
      return desk.all(page).map(decodeWithPerson);
    },
    find: async (organization, id) => findMember(desk, organization, id),
    ofPerson: async (organization, person) => memberOf(desk, organization, person),
    roleOf: (organization, person) => memberOf(desk, organization, person)?.role,
    async membershipsOf(person) {
      const own = build.selectFrom('members').selectAll().where('person', '=', person).orderBy('id');
      return desk.all(own).flatMap((row) => {
        const of = build.selectFrom('organizations').selectAll().where('id', '=', row.organization);
        return desk.all(of).map((found) => ({ ...decodeMember(row), of: decodeOrganization(found) }));
      });
    },
    async setRole(organization, id, role) {
      return desk.write(() => {
        const found = findMember(desk, organization, id);
        if (found === undefined) return 'unknown';
        if (role !== 'admin' && isLastAdmin(desk, found)) return 'last_admin';
        desk.change(build.updateTable('members').set({ role }).where('id', '=', id));
        return 'done';
      });
    },
    async wantsLetters(organization, person) {
      const own = build.selectFrom('members').select('mail_approvals').where('person', '=', person);
      const row = desk.first(own.where('organization', '=', organization));
      return row === undefined ? undefined : row.mail_approvals === 1;
    },
    async setWantsLetters(organization, person, wants) {
      const own = build
        .updateTable('members')
        .set({ mail_approvals: wants ? 1 : 0 })
        .where('person', '=', person)
        .where('organization', '=', organization);
      return desk.change(own) > 0;
    },
    readers: (organization) => readersOf(desk, organization),
    async remove(organization, id) {
      return desk.write(() => {
        const found = findMember(desk, organization, id);
        if (found === undefined) return 'unknown';
        if (isLastAdmin(desk, found)) return 'last_admin';
        removeMember(desk, found);
        return 'done';
      });
    },
  };
}

/** Within a transaction of the caller. */
export function insertMember(desk: Desk, member: Omit<MemberRecord, 'createdAtMs'>): MemberRecord {
  const { id, organization, person, role } = member;
  const row = { id, organization, person, role, created_at: desk.nowMs(), mail_approvals: 1 };
  desk.change(build.insertInto('members').values(row));
  return decodeMember(row);
}

function readersOf(desk: Desk, organization: string): readonly Reader[] {
  const wanting = build
    .selectFrom('members')
    .innerJoin('people', 'people.id', 'members.person')
    .select(['people.id as person', 'people.email as email', 'members.role as role'])
    .where('members.organization', '=', organization)
    .where('members.mail_approvals', '=', 1)
    .where('members.role', 'in', PERMISSIONS.decide_approvals)
    .orderBy('members.id');
  // A cast: only roles are written to this column.
  return desk.all(wanting).map((row) => ({ ...row, role: row.role as Role }));
}

function removeMember(desk: Desk, { id, organization, person }: MemberRecord): void {
  const nowMs = desk.nowMs();
  desk.change(
    build
      .updateTable('api_keys')
      .set({ revoked_at: nowMs })
      .where('organization', '=', organization)
      .where('created_by', '=', person)
      .where('revoked_at', 'is', null),
  );
  const sessions = build.deleteFrom('person_sessions').where('person', '=', person);
  desk.change(sessions.where('organization', '=', organization));
  desk.change(build.deleteFrom('members').where('id', '=', id));
}

function isLastAdmin(desk: Desk, { id, organization, role }: MemberRecord): boolean {
  if (role !== 'admin') return false;
  const others = build
    .selectFrom('members')
    .select('id')
    .where('organization', '=', organization)
    .where('role', '=', 'admin')
    .where('id', '!=', id)
    .limit(1);
  return desk.first(others) === undefined;
}

function memberOf(desk: Desk, organization: string, person: string): MemberRecord | undefined {
  const own = build.selectFrom('members').selectAll().where('person', '=', person);
  const row = desk.first(own.where('organization', '=', organization));
  return row === undefined ? undefined : decodeMember(row);
}

function findMember(desk: Desk, organization: string, id: string): MemberWithPerson | undefined {
  const one = withPerson().where('members.organization', '=', organization).where('members.id', '=', id);
  const row = desk.first(one);
  return row === undefined ? undefined : decodeWithPerson(row);
}

function withPerson() {
  return build
    .selectFrom('members')
    .innerJoin('people', 'people.id', 'members.person')
    .selectAll('people')
    .select([
      'members.id as member_id',
      'members.organization as organization',
      'members.role as role',
      'members.created_at as member_since',
    ]);
}

type JoinedRow = PeopleTables['people'] & {
  readonly member_id: string;
  readonly organization: string;
  readonly role: string;
  readonly member_since: number;
};

function decodeWithPerson(row: JoinedRow): MemberWithPerson {
  const { member_id, member_since, organization, role } = row;
  const member = { id: member_id, organization, person: row.id, role, created_at: member_since };
  return { ...decodeMember(member), account: decodePerson(row) };
}
