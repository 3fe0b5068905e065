import { hash } from 'node:crypto';
import { SPENT_LONGER_MS } from '../../../limits/index.ts';
import type { Spent } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { build } from '../tables.ts';
import { change, type Work } from '../work.ts';

/** Whose key it is, in the table of kept answers: nobody who asks has this name, and what is spent has no answer. */
const NOBODY = { caller: 'spent', fingerprint: '', sealed: '' };

/** Kept and forgotten by `nowMs`, the time of all replicas: one whose clock is ahead would forget what the others must not. */
export function openSpent(executor: SqlExecutor, nowMs: () => number): Spent {
  return {
    spend: (text, untilMs) => executor.write(() => spendOnce(text, untilMs, nowMs())),
  };
}

/** False when it was spent before. */
export function* spendOnce(text: string, untilMs: number, nowMs: number): Work<boolean> {
  const row = { ...NOBODY, key: keyOf(text), forget_at: Math.max(nowMs, untilMs) + SPENT_LONGER_MS };
  yield* change(build.deleteFrom('kept_answers').where('forget_at', '<=', nowMs));
  const insert = build.insertInto('kept_answers').values(row);
  return (yield* change(insert.onConflict((taken) => taken.doNothing()))) > 0;
}

/** Of a text that is longer than an index of Postgres takes (2,704 bytes), as a provider may name what it signs, its hash. */
function keyOf(text: string): string {
  return text.length > PLAIN_LENGTH_MAX ? `sha256 ${hash('sha256', text, 'hex')}` : text;
}

const PLAIN_LENGTH_MAX = 512;
