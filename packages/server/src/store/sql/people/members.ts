import { hasPermission, PERMISSIONS, type Permission, type Role } from '@boomgate/contract/roles';
import type { Altered, MemberRecord, Members, Membership, MemberWithPerson, Reader } from '../../contract.ts';
import { forgetAccessRequests } from '../access-requests.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { decodeMember, decodeOrganization, decodePerson } from './records.ts';
import type { PeopleTables } from './tables.ts';

export function openMembers(executor: SqlExecutor): Members {
  return {
    async list(organization, { after = '', limit }) {
      const page = withPerson()
        .where('members.organization', '=', organization)
        .where('members.id', '>', after)
        .orderBy('members.id')
        .limit(limit);
      return (await executor.read(() => all(page))).map(decodeWithPerson);
    },
    find: (organization, id) => executor.read(() => findMember(organization, id)),
    ofPerson: (organization, person) => executor.read(() => memberOf(organization, person)),
    async membershipsOf(person) {
      const own = build.selectFrom('members').selectAll().where('person', '=', person).orderBy('id');
      return executor.read(function* () {
        const found: Membership[] = [];
        for (const row of yield* all(own)) {
          const of = yield* first(
            build.selectFrom('organizations').selectAll().where('id', '=', row.organization),
          );
          if (of !== undefined) found.push({ ...decodeMember(row), of: decodeOrganization(of) });
        }
        return found;
      });
    },
    setRole({ id, organization }, role, note) {
      return executor.write<Altered>(function* () {
        const found = yield* findMember(organization, id);
        return found === undefined ? 'unknown' : yield* changeRole(executor, found, role);
      }, note);
    },
    async wantsLetters(organization, person) {
      const own = build.selectFrom('members').select('mail_approvals').where('person', '=', person);
      const row = await executor.read(() => first(own.where('organization', '=', organization)));
      return row === undefined ? undefined : row.mail_approvals === 1;
    },
    setWantsLetters({ organization, person }, wants, note) {
      const own = build
        .updateTable('members')
        .set({ mail_approvals: wants ? 1 : 0 })
        .where('person', '=', person)
        .where('organization', '=', organization);
      return executor.write(function* () {
        return (yield* change(own)) > 0;
      }, note);
    },
    readers: (organization, permission) => executor.read(() => readersOf(organization, permission)),
    removable: (organization, id) =>
      executor.read(function* () {
        return yield* removalOf(yield* findMember(organization, id));
      }),
    remove(organization, id, note) {
      return executor.write(function* () {
        const found = yield* findMember(organization, id);
        const may = yield* removalOf(found);
        if (found !== undefined && may === 'done') yield* removeMember(executor, found);
        return may;
      }, note);
    },
  };
}

/** Within a transaction of the caller. */
export function* insertMember(
  executor: SqlExecutor,
  member: Omit<MemberRecord, 'createdAtMs'>,
): Work<MemberRecord> {
  const { id, organization, person, role } = member;
  const row = { id, organization, person, role, created_at: executor.clock.wallMs(), mail_approvals: 1 };
  yield* change(build.insertInto('members').values(row));
  return decodeMember(row);
}

/** Within a transaction of the caller. */
export function* changeRole(
  executor: SqlExecutor,
  member: MemberRecord,
  role: Role,
): Work<Exclude<Altered, 'unknown'>> {
  if (role !== 'admin' && (yield* isLastAdmin(member))) return 'last_admin';
  yield* change(build.updateTable('members').set({ role }).where('id', '=', member.id));
  if (!hasPermission(role, 'manage_organization')) yield* revokeInvitations(executor, member);
  return 'done';
}

function* readersOf(organization: string, permission: Permission): Work<readonly Reader[]> {
  const wanting = build
    .selectFrom('members')
    .innerJoin('people', 'people.id', 'members.person')
    .select(['people.id as person', 'people.email as email', 'members.role as role'])
    .where('members.organization', '=', organization)
    .where('members.mail_approvals', '=', 1)
    .where('members.role', 'in', PERMISSIONS[permission])
    .orderBy('members.id');
  // A cast: only roles are written to this column.
  return (yield* all(wanting)).map((row) => ({ ...row, role: row.role as Role }));
}

/** What the removal of a member would come to. */
function* removalOf(found: MemberRecord | undefined): Work<Altered> {
  if (found === undefined) return 'unknown';
  return (yield* isLastAdmin(found)) ? 'last_admin' : 'done';
}

/** Within a transaction of the caller. */
export function* removeMember(executor: SqlExecutor, member: MemberWithPerson): Work<void> {
  const { id, organization, person } = member;
  yield* closeMember(executor, member);
  // Whoever is removed otherwise does not come back by what a directory says.
  const own = build.selectFrom('directory_entries').selectAll().where('person', '=', person);
  const mark = build.updateTable('directory_entries').set({ took_out: 0 });
  for (const entry of yield* all(own))
    if (entry.organization === organization) yield* change(mark.where('id', '=', entry.id));
  yield* change(build.deleteFrom('members').where('id', '=', id));
}

/** Within a transaction of the caller: ends all that a member has in the organisation but the membership. */
export function* closeMember(executor: SqlExecutor, member: MemberWithPerson): Work<void> {
  const { account, organization, person } = member;
  const nowMs = executor.clock.wallMs();
  yield* revokeInvitations(executor, member, account.email);
  yield* change(
    build
      .updateTable('api_keys')
      .set({ revoked_at: nowMs })
      .where('organization', '=', organization)
      .where('created_by', '=', person)
      .where('revoked_at', 'is', null),
  );
  yield* forgetAccessRequests(organization, person);
  const sessions = build.deleteFrom('person_sessions').where('person', '=', person);
  yield* change(sessions.where('organization', '=', organization));
}

/** Those that somebody made, whose links they have, and those for an e-mail, which would bring it back (decisions/0048). */
function* revokeInvitations(
  executor: SqlExecutor,
  { organization, person }: MemberRecord,
  email?: string,
): Work<void> {
  const open = build
    .updateTable('invitations')
    .set({ revoked_at: executor.clock.wallMs() })
    .where('organization', '=', organization)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null);
  yield* change(open.where('created_by', '=', person));
  if (email !== undefined) yield* change(open.where('email', '=', email));
}

export function* isLastAdmin({ id, organization, role }: MemberRecord): Work<boolean> {
  if (role !== 'admin') return false;
  const others = build
    .selectFrom('members')
    .select('id')
    .where('organization', '=', organization)
    .where('role', '=', 'admin')
    .where('id', '!=', id)
    .limit(1);
  return (yield* first(others)) === undefined;
}

/** Within a transaction of the caller: whether somebody still may invite and make keys, however long ago they were looked at. */
export function* isAdmitting(organization: string, person: string): Work<boolean> {
  const member = yield* memberOf(organization, person);
  return member !== undefined && hasPermission(member.role, 'manage_organization');
}

export function* memberOf(organization: string, person: string): Work<MemberRecord | undefined> {
  const own = build.selectFrom('members').selectAll().where('person', '=', person);
  const row = yield* first(own.where('organization', '=', organization));
  return row === undefined ? undefined : decodeMember(row);
}

function* findMember(organization: string, id: string): Work<MemberWithPerson | undefined> {
  const one = withPerson().where('members.organization', '=', organization).where('members.id', '=', id);
  const row = yield* first(one);
  return row === undefined ? undefined : decodeWithPerson(row);
}

/** The memberships of a person, oldest first. */
export function* membershipsOf(person: string): Work<readonly MemberWithPerson[]> {
  const own = withPerson().where('members.person', '=', person).orderBy('members.id');
  return (yield* all(own)).map(decodeWithPerson);
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
