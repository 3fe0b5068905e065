import type { PasswordResets, PersonRecord } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { change, first, type Work } from '../work.ts';
import { noteEverywhere } from './note-everywhere.ts';
import { decodePerson } from './records.ts';

/** Links end by `nowMs`, the time of all replicas. */
export function openPasswordResets(executor: SqlExecutor, nowMs: () => number): PasswordResets {
  const find = (tokenHash: string) =>
    build
      .selectFrom('password_resets')
      .select('person')
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', nowMs());
  return {
    async open({ expiresAtMs, person, tokenHash }, actor) {
      return executor.write(function* () {
        const account = yield* personOf(person);
        if (account?.passwordHash === undefined) return false;
        yield* change(build.deleteFrom('password_resets').where('person', '=', person));
        const row = { person, token_hash: tokenHash, expires_at: expiresAtMs };
        yield* change(build.insertInto('password_resets').values(row));
        yield* noteEverywhere(executor, account, { actor, action: 'password.link_made' });
        return true;
      });
    },
    find: async (tokenHash) => (await executor.read(() => first(find(tokenHash))))?.person,
    async complete(tokenHash, password_hash, from) {
      return executor.write(function* () {
        const found = yield* first(find(tokenHash));
        const account = found && (yield* personOf(found.person));
        if (account === undefined) return false;
        yield* change(build.updateTable('people').set({ password_hash }).where('id', '=', account.id));
        yield* change(build.deleteFrom('password_resets').where('person', '=', account.id));
        // Whoever else could come in by one of these is out: an organisation may have had the account made for an e-mail not its own.
        for (const table of ['person_sessions', 'passkeys'] as const)
          yield* change(build.deleteFrom(table).where('person', '=', account.id));
        const actor = { kind: 'person', id: account.id, name: account.email, ...from } as const;
        yield* noteEverywhere(executor, account, { actor, action: 'password.reset' });
        return true;
      });
    },
  };
}

function* personOf(id: string): Work<PersonRecord | undefined> {
  const row = yield* first(build.selectFrom('people').selectAll().where('id', '=', id));
  return row === undefined ? undefined : decodePerson(row);
}
