import type { Directory, DirectoryAct, KnownPerson, MemberWithPerson } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { type EntryRow, emailOf, isLive, ownedBy, standingOf } from './directory-standing.ts';
import { closeOtherWays, findLink } from './external-identities.ts';
import { closeMember, isLastAdmin, membershipsOf, removeMember } from './members.ts';

/** A change of an entry, as far as it matters to who is meant by it. */
type Said = {
  readonly of: Directory;
  readonly act: DirectoryAct;
  /** Whether the entry says something else than before. */
  readonly isNews: boolean;
};

export type Followed = { readonly out: readonly KnownPerson[]; readonly lastAdmin: boolean };

/** Within a transaction of the caller: makes known whose an entry is, if somebody who is linked has it. */
export function* bindEntry(of: Directory, row: EntryRow): Work<string | undefined> {
  const bySubject = row.external_id === null ? undefined : yield* findLink(of.issuer, row.external_id);
  const person = bySubject ?? row.person ?? (yield* linkedWith(of, emailOf(row)));
  if (person !== undefined && person !== row.person)
    yield* change(build.updateTable('directory_entries').set({ person }).where('id', '=', row.id));
  return person;
}

/** Within a transaction of the caller: what follows of what the entries of these people say now. */
export function* follow(
  executor: SqlExecutor,
  said: Said,
  people: readonly (string | null | undefined)[],
): Work<Followed> {
  const out: KnownPerson[] = [];
  let lastAdmin = false;
  for (const person of new Set(people)) {
    const known = person && (yield* linkedPerson(said.of, person));
    if (!known) continue;
    const standing = yield* standingOf(said.of, { subjects: known.subjects, person: known.person });
    if (standing !== 'out') continue;
    out.push({ person: known.person, email: known.email });
    if ((yield* takeOut(executor, said, known)) === 'last_admin') lastAdmin = true;
  }
  return { out, lastAdmin };
}

type Linked = KnownPerson & { readonly subjects: readonly string[] };

/** Undefined for whom the provider does not know: nothing of theirs is the directory's business. */
function* linkedPerson({ issuer }: Directory, person: string): Work<Linked | undefined> {
  const links = build.selectFrom('external_identities').select('subject').where('person', '=', person);
  const subjects = (yield* all(links.where('issuer', '=', issuer))).map(({ subject }) => subject);
  const account = yield* first(build.selectFrom('people').select('email').where('id', '=', person));
  return account === undefined || subjects.length === 0
    ? undefined
    : { person, email: account.email, subjects };
}

function* takeOut(executor: SqlExecutor, said: Said, { person }: Linked): Work<'done' | 'last_admin'> {
  const { issuer, organization } = said.of;
  // Those that the issuer proved in other organisations, too.
  const sessions = build.deleteFrom('person_sessions').where('person', '=', person);
  yield* change(sessions.where('issuer', '=', issuer));
  const member = (yield* membershipsOf(person)).find((one) => one.organization === organization);
  if (member === undefined) return 'done';
  if (yield* isLastAdmin(member)) {
    yield* closeMember(executor, member);
    yield* closeOtherWays(person);
    if (said.isNews) yield* noteMember(executor, said, { member, action: 'member.locked_out' });
    return 'last_admin';
  }
  yield* removeMember(executor, member);
  const mark = build.updateTable('directory_entries').set({ took_out: 1 });
  for (const { id } of yield* ownedBy(said.of, person)) yield* change(mark.where('id', '=', id));
  yield* noteMember(executor, said, { member, action: 'member.removed' });
  return 'done';
}

type Noted = { readonly member: MemberWithPerson; readonly action: string };

function* noteMember(executor: SqlExecutor, { act, of }: Said, { action, member }: Noted): Work<void> {
  const { account, id, organization, role } = member;
  const signedInAgents = act.signedInAgents?.get(member.person) ?? 0;
  yield* executor.note({
    organization,
    actor: act.actor,
    action,
    target: { kind: 'member', id, name: account.email },
    before: { role, ...(signedInAgents === 0 ? {} : { signedInAgents }) },
    after: { by: 'directory', provider: of.provider },
  });
}

/**
 * Who is linked with the provider and has this e-mail, now or when they were linked, unless another entry is theirs already: whose address was
 * changed here is known there by the old one.
 */
function* linkedWith(of: Directory, email: string): Work<string | undefined> {
  const linked = build
    .selectFrom('external_identities')
    .innerJoin('people', 'people.id', 'external_identities.person')
    .select('people.id as person')
    .where('external_identities.issuer', '=', of.issuer);
  const now = yield* first(linked.where('people.email', '=', email));
  const person = now ?? (yield* first(linked.where('external_identities.email', '=', email)));
  if (person === undefined) return undefined;
  return (yield* ownedBy(of, person.person)).some(isLive) ? undefined : person.person;
}
