import type { Accounts } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { change, first, type Work } from '../work.ts';
import { noteEverywhere } from './note-everywhere.ts';
import { decodePerson } from './records.ts';

type SecondFactors = Pick<
  Accounts,
  'setTotp' | 'removeTotp' | 'confirmTotp' | 'spendTotpStep' | 'replaceRecoveryCodes' | 'spendRecoveryCode'
>;

/** The part of accounts that is about TOTP and recovery codes. */
export function openSecondFactors(executor: SqlExecutor): SecondFactors {
  const one = build.selectFrom('people').selectAll();
  const update = build.updateTable('people');
  const forgetCodes = (id: string) => change(build.deleteFrom('recovery_codes').where('person', '=', id));
  function* giveCodes(person: string, hashes: readonly string[]): Work<void> {
    yield* forgetCodes(person);
    for (const hash of hashes) yield* change(build.insertInto('recovery_codes').values({ person, hash }));
  }
  return {
    setTotp(id, totp, note) {
      const totp_secret = totp?.sealedSecret ?? null;
      const totp_confirmed = totp?.isConfirmed === true ? 1 : 0;
      const set = update.set({ totp_secret, totp_confirmed }).where('id', '=', id);
      return executor.write(function* () {
        const isBegun = totp?.isConfirmed === false;
        if ((yield* change(isBegun ? set.where('totp_confirmed', '=', 0) : set)) === 0) return false;
        if (totp === undefined) yield* forgetCodes(id);
        return true;
      }, note);
    },
    removeTotp(id, actor) {
      return executor.write(function* () {
        const row = yield* first(one.where('id', '=', id));
        if (row === undefined || row.totp_secret === null) return false;
        yield* change(update.set({ totp_secret: null, totp_confirmed: 0 }).where('id', '=', id));
        yield* forgetCodes(id);
        yield* change(build.deleteFrom('person_sessions').where('person', '=', id));
        yield* noteEverywhere(executor, decodePerson(row), { actor, action: 'second_factor.removed' });
        return true;
      });
    },
    confirmTotp(id, { codes, sealedSecret, session }, note) {
      const enrolled = update.where('id', '=', id).where('totp_secret', '=', sealedSecret);
      const sessions = build.deleteFrom('person_sessions').where('person', '=', id);
      return executor.write(function* () {
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
      return (await executor.write(() => change(spend))) > 0;
    },
    replaceRecoveryCodes: (id, hashes, note) => executor.write(() => giveCodes(id, hashes), note),
    async spendRecoveryCode(id, hash) {
      const spend = build.deleteFrom('recovery_codes').where('person', '=', id).where('hash', '=', hash);
      return (await executor.write(() => change(spend))) > 0;
    },
  };
}
