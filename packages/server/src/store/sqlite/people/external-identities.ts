import type { Role } from '@boomgate/contract';
import type { Admitted, Arrival, ExternalIdentities } from '../../contract.ts';
import { build } from '../tables.ts';
import { insertPerson } from './accounts.ts';
import type { Desk } from './desk.ts';
import { insertMember } from './members.ts';

export function openExternalIdentities(desk: Desk): ExternalIdentities {
  return {
    find: async (issuer, subject) => findLink(desk, issuer, subject),
    admit: async (arrival) => desk.write(() => admit(desk, arrival)),
  };
}

function admit(desk: Desk, arrival: Arrival): Admitted {
  const linked = findLink(desk, arrival.issuer, arrival.subject);
  if (linked !== undefined) return { person: linked };
  const { email } = arrival;
  if (email === undefined) return 'email_unverified';
  const known = desk.first(build.selectFrom('people').select('id').where('email', '=', email))?.id;
  return known === undefined
    ? admitNew(desk, { ...arrival, email })
    : admitKnown(desk, { ...arrival, email }, known);
}

type Named = Arrival & { readonly email: string };

function admitKnown(desk: Desk, arrival: Named, person: string): Admitted {
  const others = build.selectFrom('external_identities').select('subject').where('person', '=', person);
  if (!arrival.mayLink || desk.first(others) !== undefined) return 'account_exists';
  insertLink(desk, arrival, person);
  note(desk, arrival, { action: 'account.linked', person });
  join(desk, arrival, { person, role: acceptInvitation(desk, arrival), by: 'invitation' });
  return { person };
}

function admitNew(desk: Desk, arrival: Named): Admitted {
  const { email, joinsAs, newPerson } = arrival;
  const invited = acceptInvitation(desk, arrival);
  const role = invited ?? joinsAs;
  if (role === undefined) return 'stranger';
  insertPerson(desk, { ...newPerson, email });
  insertLink(desk, arrival, newPerson.id);
  join(desk, arrival, { person: newPerson.id, role, by: invited === undefined ? 'domain' : 'invitation' });
  return { person: newPerson.id };
}

/** Takes the newest open invitation for the e-mail, which the provider has proven as well as its link would. */
function acceptInvitation(desk: Desk, { email, organization }: Named): Role | undefined {
  const nowMs = desk.nowMs();
  const open = build
    .selectFrom('invitations')
    .select(['id', 'role'])
    .where('organization', '=', organization)
    .where('email', '=', email)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', nowMs)
    .orderBy('id', 'desc');
  const found = desk.first(open);
  if (found === undefined) return undefined;
  desk.change(build.updateTable('invitations').set({ accepted_at: nowMs }).where('id', '=', found.id));
  return found.role as Role; // a cast: only roles are written to this column
}

type Joining = {
  readonly person: string;
  readonly role: Role | undefined;
  readonly by: 'invitation' | 'domain';
};

function join(desk: Desk, arrival: Named, { by, person, role }: Joining): void {
  const { memberId, organization } = arrival;
  const own = build.selectFrom('members').select('id').where('person', '=', person);
  if (role === undefined || desk.first(own.where('organization', '=', organization)) !== undefined) return;
  insertMember(desk, { id: memberId, organization, person, role });
  note(desk, arrival, { action: 'member.joined', person, after: { member: memberId, role, by } });
}

function findLink(desk: Desk, issuer: string, subject: string): string | undefined {
  const link = build.selectFrom('external_identities').select('person').where('issuer', '=', issuer);
  return desk.first(link.where('subject', '=', subject))?.person;
}

function insertLink(desk: Desk, { email, issuer, subject }: Named, person: string): void {
  const row = { issuer, subject, person, email, linked_at: desk.nowMs() };
  desk.change(build.insertInto('external_identities').values(row));
}

type Noted = {
  readonly action: string;
  readonly person: string;
  readonly after?: Readonly<Record<string, string>>;
};

function note(desk: Desk, arrival: Named, { action, after = {}, person }: Noted): void {
  const { email, from, issuer, organization, subject } = arrival;
  desk.note({
    organization,
    actor: { kind: 'person', id: person, name: email, ...from },
    action,
    target: { kind: 'person', id: person, name: email },
    after: { issuer, subject, ...after },
  });
}
