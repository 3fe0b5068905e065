import type { Accounts, NewPerson, PersonRecord } from '../../contract.ts';
import type { Desk } from '../desk.ts';
import { build } from '../tables.ts';
import { change, type Work } from '../work.ts';
import { decodePerson } from './records.ts';
import type { PeopleTables } from './tables.ts';

export function openAccounts(desk: Desk): Accounts {
  const one = build.selectFrom('people').selectAll();
  const update = build.updateTable('people');
  const forgetCodes = (id: string) => change(build.deleteFrom('recovery_codes').where('person', '=', id));
  function* giveCodes(person: string, hashes: readonly string[]): Work<void> {
    yield* forgetCodes(person);
    for (const hash of hashes) yield* change(build.insertInto('recovery_codes').values({ person, hash }));
  }
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
    setTotp(id, totp, note) {
      const totp_secret = totp?.sealedSecret ?? null;
      const totp_confirmed = totp?.isConfirmed === true ? 1 : 0;
      const set = update.set({ totp_secret, totp_confirmed }).where('id', '=', id);
      return desk.write(function* () {
        const isBegun = totp?.isConfirmed === false;
        if ((yield* change(isBegun ? set.where('totp_confirmed', '=', 0) : set)) === 0) return false;
        if (totp === undefined) yield* forgetCodes(id);
        return true;
      }, note);
    },
    confirmTotp(id, { codes, sealedSecret, session }, note) {
      const enrolled = update.where('id', '=', id).where('totp_secret', '=', sealedSecret);
      const sessions = build.deleteFrom('person_sessions').where('person', '=', id);
      return desk.write(function* () {
        const isConfirmed = yield* change(
          enrolled.where('totp_confirmed', '=', 0).set({ totp_confirmed: 1 }),
        );
        if (isConfirmed === 0) return false;
        yield* change(sessions.where('hash', '!=', session));
        yield* giveCodes(id, codes);
        return true;
      }, note);
    },
    async spendTotpStep(id, step) {
      const spend = update.set({ totp_step: step }).where('id', '=', id).where('totp_step', '<', step);
      return (await desk.change(spend)) > 0;
    },
    replaceRecoveryCodes: (id, hashes, note) => desk.write(() => giveCodes(id, hashes), note),
    async spendRecoveryCode(id, hash) {
      const spend = build.deleteFrom('recovery_codes').where('person', '=', id).where('hash', '=', hash);
      return (await desk.change(spend)) > 0;
    },
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
