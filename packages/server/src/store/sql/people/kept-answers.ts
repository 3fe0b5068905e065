import { ANSWER_MADE_MS, KEPT_ANSWER_MS } from '../../../limits/index.ts';
import type { KeptAnswers } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { change, first } from '../work.ts';

/** In the place of an answer that is being made. */
const NOT_YET = '';

/** Goes by `nowMs`: for a replica whose clock is ahead, what another has begun would be over at once, and be made twice. */
export function openKeptAnswers(executor: SqlExecutor, nowMs: () => number): KeptAnswers {
  const remove = build.deleteFrom('kept_answers');
  const ofKey = (caller: string, key: string) =>
    build.selectFrom('kept_answers').selectAll().where('caller', '=', caller).where('key', '=', key);
  return {
    begin(caller, key, fingerprint) {
      const beganMs = nowMs();
      const row = { caller, key, fingerprint, sealed: NOT_YET, forget_at: beganMs + ANSWER_MADE_MS };
      return executor.write(function* () {
        yield* change(remove.where('forget_at', '<=', beganMs));
        const known = yield* first(ofKey(caller, key));
        if (known !== undefined) return { fingerprint: known.fingerprint, sealed: known.sealed || undefined };
        yield* change(build.insertInto('kept_answers').values(row));
        return undefined;
      });
    },
    async keep(caller, key, answer) {
      const forget_at = nowMs() + KEPT_ANSWER_MS;
      const insert = build.insertInto('kept_answers').values({ caller, key, ...answer, forget_at });
      await executor.write(() =>
        change(
          insert.onConflict((taken) =>
            taken
              .columns(['caller', 'key'])
              .doUpdateSet({ ...answer, forget_at })
              .where('kept_answers.sealed', '=', NOT_YET),
          ),
        ),
      );
    },
    async drop(caller, key) {
      const unmade = remove.where('caller', '=', caller).where('key', '=', key).where('sealed', '=', NOT_YET);
      await executor.write(() => change(unmade));
    },
  };
}
