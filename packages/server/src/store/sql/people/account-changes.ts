import type {
  AccountChanges,
  Actor,
  MemberWithPerson,
  PersonRecord,
  RemovedAccount,
} from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { changeOwner } from '../grants/index.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { isLastAdmin, membershipsOf, removeMember } from './members.ts';
import { noteEverywhere } from './note-everywhere.ts';
import { decodePerson } from './records.ts';

export function openAccountChanges(executor: SqlExecutor): AccountChanges {
  const update = build.updateTable('people');
  return {
    rename(id, name, actor) {
      return executor.write(function* () {
        const account = yield* accountOf(id);
        if (account === undefined) return false;
        if (account.name === name) return true;
        yield* change(update.set({ name }).where('id', '=', id));
        const sides = { before: { name: account.name }, after: { name } };
        yield* noteEverywhere(executor, account, { actor, action: 'account.renamed', ...sides });
        return true;
      });
    },
    changeEmail(id, email, actor) {
      return executor.write(function* () {
        const account = yield* accountOf(id);
        if (account === undefined) return 'unknown';
        if ((yield* first(build.selectFrom('people').select('id').where('email', '=', email))) !== undefined)
          return 'taken';
        yield* change(update.set({ email }).where('id', '=', id));
        yield* change(build.deleteFrom('password_resets').where('person', '=', id));
        const revokedInvitations = yield* revokeInvitationsFor(executor, account.email, actor);
        const grants = yield* changeOwner(executor, { from: account.email, to: email }, actor);
        const sides = { before: { email: account.email }, after: { email } };
        yield* noteEverywhere(executor, account, { actor, action: 'account.email_changed', ...sides });
        return { grants, revokedInvitations };
      });
    },
    removable: (id) => executor.read(() => removalOf(id)),
    remove(id, actor, signedInAgents = 0) {
      return executor.write(function* () {
        const may = yield* removalOf(id);
        const account = yield* accountOf(id);
        if (account === undefined || may !== 'done') return may;
        const before = signedInAgents === 0 ? {} : { before: { signedInAgents } };
        yield* noteEverywhere(executor, account, { actor, action: 'account.removed', ...before });
        for (const member of yield* membershipsOf(id)) yield* leave(executor, member, actor);
        yield* revokeInvitationsFor(executor, account.email, actor);
        yield* change(build.deleteFrom('invitations').where('email', '=', account.email));
        const gone = build.deleteFrom('directory_entries').where('person', '=', id);
        yield* change(gone.where('state', '=', 'deleted'));
        // What belongs to the account goes with it: the tables say so.
        yield* change(build.deleteFrom('people').where('id', '=', id));
        return may;
      });
    },
  };
}

function* accountOf(id: string): Work<PersonRecord | undefined> {
  const row = yield* first(build.selectFrom('people').selectAll().where('id', '=', id));
  return row && decodePerson(row);
}

function* removalOf(id: string): Work<RemovedAccount> {
  if ((yield* accountOf(id)) === undefined) return 'unknown';
  const lastAdminOf: string[] = [];
  for (const member of yield* membershipsOf(id)) {
    if (!(yield* isLastAdmin(member))) continue;
    const of = build.selectFrom('organizations').select('name').where('id', '=', member.organization);
    lastAdminOf.push((yield* first(of))?.name ?? member.organization);
  }
  return lastAdminOf.length === 0 ? 'done' : { lastAdminOf };
}

/** With the row that the removal by an admin leaves. */
function* leave(executor: SqlExecutor, member: MemberWithPerson, actor: Actor): Work<void> {
  const { account, id, organization, role } = member;
  yield* removeMember(executor, member);
  const target = { kind: 'member', id, name: account.email };
  yield* executor.note({ organization, actor, action: 'member.removed', target, before: { role } });
}

/** Open ones, of whichever organisation, with a row for each: whoever has the address next is somebody else. How many those were. */
function* revokeInvitationsFor(executor: SqlExecutor, email: string, actor: Actor): Work<number> {
  const nowMs = executor.clock.wallMs();
  const open = build
    .selectFrom('invitations')
    .select(['id', 'organization', 'role'])
    .where('email', '=', email)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', nowMs);
  const found = yield* all(open);
  for (const { id, organization, role } of found) {
    yield* change(build.updateTable('invitations').set({ revoked_at: nowMs }).where('id', '=', id));
    const target = { kind: 'invitation', id, name: email };
    yield* executor.note({ organization, actor, action: 'invitation.revoked', target, before: { role } });
  }
  return found.length;
}
