import type { Role } from '@boomgate/contract';
import type { Admitted, Arrival, Arriving, ExternalIdentities } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { insertPerson, personWith } from './accounts.ts';
import { claimEntries, type Standing, standingOf, wasTakenOut } from './directory-standing.ts';
import { changeRole, insertMember, memberOf, membershipsOf } from './members.ts';
import { findOrganization, insertOrganization } from './organizations.ts';

export function openExternalIdentities(executor: SqlExecutor): ExternalIdentities {
  return {
    find: (issuer, subject) => executor.read(() => findLink(issuer, subject)),
    async issuersOf(person) {
      const own = build.selectFrom('external_identities').select('issuer').where('person', '=', person);
      const rows = await executor.read(() => all(own.orderBy('issuer')));
      return [...new Set(rows.map(({ issuer }) => issuer))];
    },
    async adminsBy(issuers, organization) {
      const linked = build
        .selectFrom('external_identities')
        .innerJoin('members', 'members.person', 'external_identities.person')
        .select('members.person')
        .where('members.organization', '=', organization)
        .where('members.role', '=', 'admin')
        .where('external_identities.issuer', 'in', [...issuers]);
      const rows = issuers.length === 0 ? [] : await executor.read(() => all(linked));
      return new Set(rows.map(({ person }) => person)).size;
    },
    isKeptOut: (arrival) =>
      executor.read(function* () {
        const linked = yield* findLink(arrival.issuer, arrival.subject);
        return (yield* standingAt(arrival, linked)) === 'out';
      }),
    admit: (arrival) => executor.write(() => admit(executor, arrival)),
  };
}

function* admit(executor: SqlExecutor, arrival: Arrival): Work<Admitted> {
  const linked = yield* findLink(arrival.issuer, arrival.subject);
  const standing = yield* standingAt(arrival, linked);
  if (standing === 'out') return 'directory_closed';
  const admitted = yield* personOf(executor, standing === 'unknown' ? asInvited(arrival) : arrival, linked);
  if (typeof admitted !== 'string') {
    yield* follow(executor, arrival, admitted.person);
    if (standing === 'active') yield* claimEntries(arrival, admitted.person);
    return admitted;
  }
  return standing === 'unknown' && arrival.mayLink && IN_VAIN.has(admitted) ? 'not_in_directory' : admitted;
}

/** What somebody is told whom their domain would have let in. */
const IN_VAIN: ReadonlySet<Admitted> = new Set<Admitted>(['stranger', 'account_exists', 'no_admin']);

function* standingAt(
  { directory, email, organization, subject }: Arriving,
  person: string | undefined,
): Work<Standing | 'not asked'> {
  if (directory === undefined) return 'not asked';
  return yield* standingOf({ organization, provider: directory }, { subjects: [subject], person, email });
}

/** Of whom the directory says nothing: their domain does not count. */
function asInvited({ joinsAs: _, ...arrival }: Arrival): Arrival {
  return { ...arrival, mayLink: false };
}

/** Gives them the role that their provider says, where it says one. */
function* follow(executor: SqlExecutor, arrival: Arrival, person: string): Work<void> {
  const { organization, role } = arrival;
  if (role === undefined) return;
  const member = (yield* membershipsOf(person)).find((one) => one.organization === organization);
  if (member === undefined || member.role === role) return;
  if ((yield* changeRole(executor, member, role)) === 'last_admin') return;
  const sides = { before: { role: member.role }, after: { role, by: 'groups' } };
  const named = { ...arrival, email: member.account.email };
  yield* note(executor, named, { action: 'member.role_changed', person, ...sides });
}

function* personOf(executor: SqlExecutor, arrival: Arrival, linked: string | undefined): Work<Admitted> {
  const { email } = arrival;
  if (linked !== undefined) {
    const isOut = (yield* memberOf(arrival.organization, linked)) === undefined;
    if (email !== undefined && isOut) yield* comeBack(executor, { ...arrival, email }, linked);
    return { person: linked };
  }
  if (email === undefined) return 'email_unverified';
  const known = yield* personWith(email);
  return known === undefined
    ? yield* admitNew(executor, { ...arrival, email })
    : yield* admitKnown(executor, { ...arrival, email }, known);
}

type Named = Arrival & { readonly email: string };

function* admitKnown(executor: SqlExecutor, arrival: Named, person: string): Work<Admitted> {
  const others = build.selectFrom('external_identities').select('subject').where('person', '=', person);
  if (!arrival.mayLink || (yield* first(others)) !== undefined) return 'account_exists';
  yield* insertLink(executor, arrival, person);
  yield* note(executor, arrival, { action: 'account.linked', person });
  yield* joinInvited(executor, arrival, person);
  return { person };
}

/** Who was removed is invited again; or is active again in the directory by which they were removed. */
function* comeBack(executor: SqlExecutor, arrival: Named, person: string): Work<void> {
  const { directory, joinsAs: role, organization } = arrival;
  if (yield* joinInvited(executor, arrival, person)) return;
  if (directory === undefined || !(yield* wasTakenOut({ organization, provider: directory }, person))) return;
  if (yield* join(executor, arrival, { person, role, by: 'directory' })) yield* closeOtherWays(person);
}

/** Of an account that was there, also one that was removed and is invited again. */
function* joinInvited(executor: SqlExecutor, arrival: Named, person: string): Work<boolean> {
  const role = yield* acceptInvitation(executor, arrival);
  const joined = yield* join(executor, arrival, { person, role, by: 'invitation' });
  if (joined) yield* closeOtherWays(person);
  return joined;
}

function* admitNew(executor: SqlExecutor, arrival: Named): Work<Admitted> {
  const { email, joinsAs, newPerson } = arrival;
  if ((yield* findOrganization(arrival.organization)) === undefined)
    return yield* admitFirst(executor, arrival);
  const invited = yield* acceptInvitation(executor, arrival);
  const role = invited ?? joinsAs;
  if (role === undefined) return 'stranger';
  yield* insertPerson(executor, { ...newPerson, email });
  yield* insertLink(executor, arrival, newPerson.id);
  yield* join(executor, arrival, {
    person: newPerson.id,
    role,
    by: invited === undefined ? 'domain' : 'invitation',
  });
  return { person: newPerson.id };
}

/** The first of all people, where nobody has presented the set-up code. */
function* admitFirst(executor: SqlExecutor, arrival: Named): Work<Admitted> {
  const { email, joinsAs, memberId, newPerson, organization, organizationName } = arrival;
  if (joinsAs !== 'admin') return 'no_admin';
  yield* change(build.deleteFrom('setup_code'));
  yield* insertPerson(executor, { ...newPerson, email });
  yield* insertLink(executor, arrival, newPerson.id);
  const made = { id: organization, name: organizationName };
  yield* insertOrganization(executor, made, { id: memberId, person: newPerson.id });
  yield* note(executor, arrival, {
    action: 'organization.set_up',
    person: newPerson.id,
    after: { admin: email },
  });
  return { person: newPerson.id };
}

/** Takes the newest open invitation for the e-mail, which the provider has proven as well as its link would. */
function* acceptInvitation(executor: SqlExecutor, { email, organization }: Named): Work<Role | undefined> {
  const nowMs = executor.clock.wallMs();
  const open = build
    .selectFrom('invitations')
    .select(['id', 'role'])
    .where('organization', '=', organization)
    .where('email', '=', email)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', nowMs)
    .orderBy('id', 'desc');
  const found = yield* first(open);
  if (found === undefined) return undefined;
  yield* change(build.updateTable('invitations').set({ accepted_at: nowMs }).where('id', '=', found.id));
  return found.role as Role; // a cast: only roles are written to this column
}

type Joining = {
  readonly person: string;
  readonly role: Role | undefined;
  readonly by: 'invitation' | 'domain' | 'directory';
};

/** False when they are a member already, or nothing lets them be one. */
function* join(executor: SqlExecutor, arrival: Named, { by, person, role }: Joining): Work<boolean> {
  const { memberId, organization } = arrival;
  if (role === undefined || (yield* memberOf(organization, person)) !== undefined) return false;
  yield* insertMember(executor, { id: memberId, organization, person, role });
  yield* note(executor, arrival, { action: 'member.joined', person, after: { member: memberId, role, by } });
  return true;
}

/**
 * Of an account that another organisation had made nobody knows who chose its password and has its passkeys: whoever invites has
 * the link as well. From here on only the provider says who it is, which has just proven its e-mail.
 */
export function* closeOtherWays(person: string): Work<void> {
  const nothing = { password_hash: null, totp_secret: null, totp_confirmed: 0 };
  yield* change(build.updateTable('people').set(nothing).where('id', '=', person));
  for (const table of ['passkeys', 'password_resets', 'person_sessions', 'recovery_codes'] as const)
    yield* change(build.deleteFrom(table).where('person', '=', person));
}

/** The id of the person who has an identity. */
export function* findLink(issuer: string, subject: string): Work<string | undefined> {
  const link = build.selectFrom('external_identities').select('person').where('issuer', '=', issuer);
  return (yield* first(link.where('subject', '=', subject)))?.person;
}

function* insertLink(executor: SqlExecutor, { email, issuer, subject }: Named, person: string): Work<void> {
  const row = { issuer, subject, person, email, linked_at: executor.clock.wallMs() };
  yield* change(build.insertInto('external_identities').values(row));
}

type Noted = {
  readonly action: string;
  readonly person: string;
  readonly before?: Readonly<Record<string, string>>;
  readonly after?: Readonly<Record<string, string>>;
};

function* note(
  executor: SqlExecutor,
  arrival: Named,
  { action, after = {}, before, person }: Noted,
): Work<void> {
  const { email, from, issuer, organization, subject } = arrival;
  yield* executor.note({
    organization,
    actor: { kind: 'person', id: person, name: email, ...from },
    action,
    target: { kind: 'person', id: person, name: email },
    ...(before === undefined ? {} : { before }),
    after: { issuer, subject, ...after },
  });
}
