import type { Role } from '@boomgate/contract';
import type { Admitted, Arrival, ExternalIdentities } from '../../contract.ts';
import type { SqlRoom } from '../room.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { insertPerson, personWith } from './accounts.ts';
import { changeRole, insertMember, memberOf, membershipsOf } from './members.ts';

export function openExternalIdentities(room: SqlRoom): ExternalIdentities {
  return {
    find: (issuer, subject) => room.read(() => findLink(issuer, subject)),
    async issuersOf(person) {
      const own = build.selectFrom('external_identities').select('issuer').where('person', '=', person);
      const rows = await room.read(() => all(own.orderBy('issuer')));
      return [...new Set(rows.map(({ issuer }) => issuer))];
    },
    admit: (arrival) => room.write(() => admit(room, arrival)),
  };
}

function* admit(room: SqlRoom, arrival: Arrival): Work<Admitted> {
  const admitted = yield* personOf(room, arrival);
  if (typeof admitted !== 'string') yield* follow(room, arrival, admitted.person);
  return admitted;
}

/** Gives them the role that their provider says, where it says one. */
function* follow(room: SqlRoom, arrival: Arrival, person: string): Work<void> {
  const { organization, role } = arrival;
  if (role === undefined) return;
  const member = (yield* membershipsOf(person)).find((one) => one.organization === organization);
  if (member === undefined || member.role === role) return;
  if ((yield* changeRole(room, member, role)) === 'last_admin') return;
  const sides = { before: { role: member.role }, after: { role, by: 'groups' } };
  const named = { ...arrival, email: member.account.email };
  yield* note(room, named, { action: 'member.role_changed', person, ...sides });
}

function* personOf(room: SqlRoom, arrival: Arrival): Work<Admitted> {
  const linked = yield* findLink(arrival.issuer, arrival.subject);
  const { email } = arrival;
  if (linked !== undefined) {
    const isOut = (yield* memberOf(arrival.organization, linked)) === undefined;
    if (email !== undefined && isOut) yield* joinInvited(room, { ...arrival, email }, linked);
    return { person: linked };
  }
  if (email === undefined) return 'email_unverified';
  const known = yield* personWith(email);
  return known === undefined
    ? yield* admitNew(room, { ...arrival, email })
    : yield* admitKnown(room, { ...arrival, email }, known);
}

type Named = Arrival & { readonly email: string };

function* admitKnown(room: SqlRoom, arrival: Named, person: string): Work<Admitted> {
  const others = build.selectFrom('external_identities').select('subject').where('person', '=', person);
  if (!arrival.mayLink || (yield* first(others)) !== undefined) return 'account_exists';
  yield* insertLink(room, arrival, person);
  yield* note(room, arrival, { action: 'account.linked', person });
  yield* joinInvited(room, arrival, person);
  return { person };
}

/** Of an account that was there, also one that was removed and is invited again. */
function* joinInvited(room: SqlRoom, arrival: Named, person: string): Work<void> {
  const role = yield* acceptInvitation(room, arrival);
  if (yield* join(room, arrival, { person, role, by: 'invitation' })) yield* closeOtherWays(person);
}

function* admitNew(room: SqlRoom, arrival: Named): Work<Admitted> {
  const { email, joinsAs, newPerson } = arrival;
  const invited = yield* acceptInvitation(room, arrival);
  const role = invited ?? joinsAs;
  if (role === undefined) return 'stranger';
  yield* insertPerson(room, { ...newPerson, email });
  yield* insertLink(room, arrival, newPerson.id);
  yield* join(room, arrival, {
    person: newPerson.id,
    role,
    by: invited === undefined ? 'domain' : 'invitation',
  });
  return { person: newPerson.id };
}

/** Takes the newest open invitation for the e-mail, which the provider has proven as well as its link would. */
function* acceptInvitation(room: SqlRoom, { email, organization }: Named): Work<Role | undefined> {
  const nowMs = room.clock.wallMs();
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
  readonly by: 'invitation' | 'domain';
};

/** False when they are a member already, or nothing lets them be one. */
function* join(room: SqlRoom, arrival: Named, { by, person, role }: Joining): Work<boolean> {
  const { memberId, organization } = arrival;
  if (role === undefined || (yield* memberOf(organization, person)) !== undefined) return false;
  yield* insertMember(room, { id: memberId, organization, person, role });
  yield* note(room, arrival, { action: 'member.joined', person, after: { member: memberId, role, by } });
  return true;
}

/**
 * Of an account that another organisation had made nobody knows who chose its password and has its passkeys: whoever invites has
 * the link as well. From here on only the provider says who it is, which has just proven its e-mail.
 */
function* closeOtherWays(person: string): Work<void> {
  const nothing = { password_hash: null, totp_secret: null, totp_confirmed: 0 };
  yield* change(build.updateTable('people').set(nothing).where('id', '=', person));
  for (const table of ['passkeys', 'password_resets', 'person_sessions', 'recovery_codes'] as const)
    yield* change(build.deleteFrom(table).where('person', '=', person));
}

function* findLink(issuer: string, subject: string): Work<string | undefined> {
  const link = build.selectFrom('external_identities').select('person').where('issuer', '=', issuer);
  return (yield* first(link.where('subject', '=', subject)))?.person;
}

function* insertLink(room: SqlRoom, { email, issuer, subject }: Named, person: string): Work<void> {
  const row = { issuer, subject, person, email, linked_at: room.clock.wallMs() };
  yield* change(build.insertInto('external_identities').values(row));
}

type Noted = {
  readonly action: string;
  readonly person: string;
  readonly before?: Readonly<Record<string, string>>;
  readonly after?: Readonly<Record<string, string>>;
};

function* note(room: SqlRoom, arrival: Named, { action, after = {}, before, person }: Noted): Work<void> {
  const { email, from, issuer, organization, subject } = arrival;
  yield* room.note({
    organization,
    actor: { kind: 'person', id: person, name: email, ...from },
    action,
    target: { kind: 'person', id: person, name: email },
    ...(before === undefined ? {} : { before }),
    after: { issuer, subject, ...after },
  });
}
