import { SPENT_LONGER_MS } from '../../../limits/index.ts';
import type { Spent } from '../../contract.ts';
import type { Desk } from '../desk.ts';
import { build } from '../tables.ts';
import { change } from '../work.ts';

/** Whose key it is, in the table of kept answers: nobody who asks has this name, and what is spent has no answer. */
const NOBODY = { caller: 'spent', fingerprint: '', sealed: '' };

export function openSpent(desk: Desk): Spent {
  return {
    spend(text, untilMs) {
      const row = { ...NOBODY, key: text, forget_at: untilMs + SPENT_LONGER_MS };
      return desk.write(function* () {
        yield* change(build.deleteFrom('kept_answers').where('forget_at', '<=', desk.nowMs()));
        const insert = build.insertInto('kept_answers').values(row);
        return (yield* change(insert.onConflict((taken) => taken.doNothing()))) > 0;
      });
    },
  };
}
