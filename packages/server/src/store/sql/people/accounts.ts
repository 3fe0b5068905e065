import type { Accounts, NewPerson, PersonRecord } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { openAccountChanges } from './account-changes.ts';
import { decodePerson } from './records.ts';
import { openSecondFactors } from './second-factors.ts';
import type { PeopleTables } from './tables.ts';

export function openAccounts(executor: SqlExecutor): Accounts {
  const one = build.selectFrom('people').selectAll();
  const update = build.updateTable('people');
  return {
    async count() {
      const counted = build.selectFrom('people').select(({ fn }) => fn.countAll<number>().as('count'));
      return (await executor.read(() => first(counted)))?.count ?? 0;
    },
    async list({ after = '', limit }) {
      const page = one.where('email', '>', after).orderBy('email').limit(limit);
      return (await executor.read(() => all(page))).map(decodePerson);
    },
    find: async (id) => decodeMaybe(await executor.read(() => first(one.where('id', '=', id)))),
    findByEmail: async (email) =>
      decodeMaybe(await executor.read(() => first(one.where('email', '=', email)))),
    setPassword(id, { after, before }, note) {
      const own = update.where('id', '=', id).where('password_hash', '=', before);
      return executor.write(function* () {
        const set = own.set({ password_hash: after });
        if ((yield* change(set)) === 0) return false;
        for (const table of ['password_resets', 'person_sessions'] as const)
          yield* change(build.deleteFrom(table).where('person', '=', id));
        return true;
      }, note);
    },
    ...openSecondFactors(executor),
    ...openAccountChanges(executor),
  };
}

/** Within a transaction of the caller. */
export function* insertPerson(
  executor: SqlExecutor,
  { email, id, name, passwordHash }: NewPerson,
): Work<void> {
  const row = { id, email, name, password_hash: passwordHash ?? null, created_at: executor.clock.wallMs() };
  const fresh = { totp_secret: null, totp_confirmed: 0, totp_step: 0 };
  yield* change(build.insertInto('people').values({ ...row, ...fresh }));
}

/** The id of who has this e-mail. */
export function* personWith(email: string): Work<string | undefined> {
  return (yield* first(build.selectFrom('people').select('id').where('email', '=', email)))?.id;
}

function decodeMaybe(row: PeopleTables['people'] | undefined): PersonRecord | undefined {
  return row === undefined ? undefined : decodePerson(row);
}
