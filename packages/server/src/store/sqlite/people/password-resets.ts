import { type Actor, FIRST_ORGANIZATION, type PasswordResets, type PersonRecord } from '../../contract.ts';
import { build } from '../tables.ts';
import type { Desk } from './desk.ts';
import { decodePerson } from './records.ts';

export function openPasswordResets(desk: Desk): PasswordResets {
  const find = (tokenHash: string): string | undefined =>
    desk.first(
      build
        .selectFrom('password_resets')
        .select('person')
        .where('token_hash', '=', tokenHash)
        .where('expires_at', '>', desk.nowMs()),
    )?.person;
  return {
    async open({ expiresAtMs, person, tokenHash }, actor) {
      return desk.write(() => {
        const account = personOf(desk, person);
        if (account?.passwordHash === undefined) return false;
        desk.change(build.deleteFrom('password_resets').where('person', '=', person));
        const row = { person, token_hash: tokenHash, expires_at: expiresAtMs };
        desk.change(build.insertInto('password_resets').values(row));
        note(desk, account, { actor, action: 'password.link_made' });
        return true;
      });
    },
    find: async (tokenHash) => find(tokenHash),
    async complete(tokenHash, password_hash, from) {
      return desk.write(() => {
        const id = find(tokenHash);
        const account = id === undefined ? undefined : personOf(desk, id);
        if (account === undefined) return false;
        desk.change(build.updateTable('people').set({ password_hash }).where('id', '=', account.id));
        desk.change(build.deleteFrom('password_resets').where('person', '=', account.id));
        desk.change(build.deleteFrom('person_sessions').where('person', '=', account.id));
        const actor = { kind: 'person', id: account.id, name: account.email, ...from } as const;
        note(desk, account, { actor, action: 'password.reset' });
        return true;
      });
    },
  };
}

function personOf(desk: Desk, id: string): PersonRecord | undefined {
  const row = desk.first(build.selectFrom('people').selectAll().where('id', '=', id));
  return row === undefined ? undefined : decodePerson(row);
}

type Noted = { readonly actor: Actor; readonly action: string };

/** In the log of every organisation that the person is a member of: each has something to lose. */
function note(desk: Desk, { email, id }: PersonRecord, { action, actor }: Noted): void {
  const own = build.selectFrom('members').select('organization').where('person', '=', id).orderBy('id');
  const organizations = desk.all(own).map(({ organization }) => organization);
  const target = { kind: 'person', id, name: email };
  for (const organization of organizations.length === 0 ? [FIRST_ORGANIZATION] : organizations)
    desk.note({ organization, actor, action, target });
}
