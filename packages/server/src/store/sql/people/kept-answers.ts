import { KEPT_ANSWER_MS } from '../../../limits/index.ts';
import type { KeptAnswers } from '../../contract.ts';
import type { Desk } from '../desk.ts';
import { build } from '../tables.ts';
import { change } from '../work.ts';

export function openKeptAnswers(desk: Desk): KeptAnswers {
  return {
    async find(caller, key) {
      return desk.first(
        build
          .selectFrom('kept_answers')
          .select(['fingerprint', 'sealed'])
          .where('caller', '=', caller)
          .where('key', '=', key)
          .where('forget_at', '>', desk.nowMs()),
      );
    },
    async keep(caller, key, answer) {
      const nowMs = desk.nowMs();
      const row = { caller, key, ...answer, forget_at: nowMs + KEPT_ANSWER_MS };
      await desk.write(function* () {
        yield* change(build.deleteFrom('kept_answers').where('forget_at', '<=', nowMs));
        const insert = build.insertInto('kept_answers').values(row);
        yield* change(insert.onConflict((taken) => taken.doNothing()));
      });
    },
  };
}
