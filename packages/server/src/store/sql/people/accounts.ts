import type { Accounts, NewPerson, PersonRecord } from '../../contract.ts';
import type { SqlRoom } from '../room.ts';
import { build } from '../tables.ts';
import { change, first, type Work } from '../work.ts';
import { decodePerson } from './records.ts';
import type { PeopleTables } from './tables.ts';

export function openAccounts(room: SqlRoom): Accounts {
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
      return (await room.read(() => first(counted)))?.count ?? 0;
    },
    find: async (id) => decodeMaybe(await room.read(() => first(one.where('id', '=', id)))),
    findByEmail: async (email) => decodeMaybe(await room.read(() => first(one.where('email', '=', email)))),
    setPassword(id, { after, before }, note) {
      const own = update.where('id', '=', id).where('password_hash', '=', before);
      return room.write(function* () {
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
      return room.write(function* () {
        const isBegun = totp?.isConfirmed === false;
        if ((yield* change(isBegun ? set.where('totp_confirmed', '=', 0) : set)) === 0) return false;
        if (totp === undefined) yield* forgetCodes(id);
        return true;
      }, note);
    },
    confirmTotp(id, { codes, sealedSecret, session }, note) {
      const enrolled = update.where('id', '=', id).where('totp_secret', '=', sealedSecret);
      const sessions = build.deleteFrom('person_sessions').where('person', '=', id);
      return room.write(function* () {
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
      return (await room.write(() => change(spend))) > 0;
    },
    replaceRecoveryCodes: (id, hashes, note) => room.write(() => giveCodes(id, hashes), note),
    async spendRecoveryCode(id, hash) {
      const spend = build.deleteFrom('recovery_codes').where('person', '=', id).where('hash', '=', hash);
      return (await room.write(() => change(spend))) > 0;
    },
  };
}

/** Within a transaction of the caller. */
export function* insertPerson(room: SqlRoom, { email, id, name, passwordHash }: NewPerson): Work<void> {
  const row = { id, email, name, password_hash: passwordHash ?? null, created_at: room.clock.wallMs() };
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
