import type { DecisionRow } from '@boomgate/server';
import type { Palette } from '../terminal/index.ts';

/** The colour of each outcome; its word always stands beside it. */
const TONES = {
  allow: 'good',
  served: 'faint',
  deny: 'bad',
  hide: 'bad',
  limit: 'held',
  approve: 'held',
  malformed: 'bad',
  error: 'bad',
} as const satisfies Record<DecisionRow['outcome'], keyof Palette>;
const isOutcome = (word: string): word is keyof typeof TONES => Object.hasOwn(TONES, word);

/** Columns of the longest outcome, `would limit` of observe mode. */
export const OUTCOME_WIDTH = 11;

type ShownOutcome = { readonly text: string; readonly paint: (text: string) => string };

/** The outcome's word and colour. In observe mode a refusal is only what would have been. */
export function printOutcome(
  outcome: string,
  paint: Palette,
  mode: DecisionRow['mode'] = 'enforce',
): ShownOutcome {
  const isRefusal = ['deny', 'hide', 'limit', 'approve'].includes(outcome);
  const verb = outcome === 'approve' ? 'hold' : outcome;
  if (mode === 'observe' && isRefusal) return { text: `would ${verb}`, paint: paint.held };
  return { text: outcome, paint: paint[isOutcome(outcome) ? TONES[outcome] : 'bad'] };
}
