import type { Accounts, NewPerson, PersonRecord } from '../../contract.ts';
import type { Desk } from '../desk.ts';
import { build } from '../tables.ts';
import { change, type Work } from '../work.ts';
import { decodePerson } from './records.ts';
import { openSecondFactors } from './second-factors.ts';
import type { PeopleTables } from './tables.ts';

export function openAccounts(desk: Desk): Accounts {
  const one = build.selectFrom('people').selectAll();
  const update = build.updateTable('people');
  return {
    async count() {
      const counted = build.selectFrom('people').select(({ fn }) => fn.countAll<number>().as('count'));
      return (await desk.first(counted))?.count ?? 0;
    },
    find: async (id) => decodeMaybe(await desk.first(one.where('id', '=', id))),
    findByEmail: async (email) => decodeMaybe(await desk.first(one.where('email', '=', email))),
    setPassword(id, { after, before }, note) {
      const own = update.where('id', '=', id).where('password_hash', '=', before);
      return desk.write(function* () {
        const set = own.set({ password_hash: after });
        if ((yield* change(set)) === 0) return false;
        for (const table of ['password_resets', 'person_sessions'] as const)
          yield* change(build.deleteFrom(table).where('person', '=', id));
        return true;
      }, note);
    },
    ...openSecondFactors(desk),
  };
}

/** Within a transaction of the caller. */
export function* insertPerson(desk: Desk, { email, id, name, passwordHash }: NewPerson): Work<void> {
  const row = { id, email, name, password_hash: passwordHash ?? null, created_at: desk.nowMs() };
  const fresh = { totp_secret: null, totp_confirmed: 0, totp_step: 0 };
  yield* change(build.insertInto('people').values({ ...row, ...fresh }));
}

function decodeMaybe(row: PeopleTables['people'] | undefined): PersonRecord | undefined {
  return row === undefined ? undefined : decodePerson(row);
}
