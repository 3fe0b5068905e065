import type { ReplayEffect, ReplayLine } from '@boomgate/engine';
import type { LogSuggestion, ReplayReport } from '@boomgate/server';
import { formatTime, type Palette, renderTable, visible } from '../terminal/index.ts';
import type { Look } from './look.ts';
import { printOutcome } from './outcome.ts';

type ReplayLook = Look & { readonly timeZone: string };

const WORDS = {
  same: 'as before',
  newly_denied: 'newly denied',
  newly_limited: 'newly limited',
  newly_asked: 'newly asked',
  newly_allowed: 'newly allowed',
  unknown: 'not known',
} as const satisfies Record<ReplayEffect, string>;
const TONES = {
  same: 'good',
  newly_denied: 'bad',
  newly_limited: 'held',
  newly_asked: 'held',
  newly_allowed: 'held',
  unknown: 'faint',
} as const satisfies Record<ReplayEffect, keyof Palette>;

/** The figures, then what changes or is not known, and why nobody can know it. */
export function printReplay(report: ReplayReport, look: ReplayLook): string {
  const { counts, leftOut, lines, more } = report;
  const digits = String(report.calls).length;
  // A cast: the keys of a record of effects are effects.
  const figures = (Object.keys(WORDS) as ReplayEffect[])
    .filter((effect) => effect === 'same' || counts[effect] > 0)
    .map(
      (effect) => `  ${String(counts[effect]).padStart(digits)}  ${look.paint[TONES[effect]](WORDS[effect])}`,
    );
  return [
    lookedAt(report, 'call', look),
    ...figures,
    ...(lines.length === 0 ? [] : ['', tableOf(lines, look)]),
    ...(more === 0 ? [] : [`and ${more} more`]),
    ...(counts.unknown === 0
      ? []
      : ['', 'not known: depends on values of arguments, which the log does not keep']),
    ...leftOut.map((rule) => `left out, as a replay has no calls in flight: ${visible(rule)}`),
  ].join('\n');
}

function tableOf(lines: readonly ReplayLine[], { paint, width }: Look): string {
  const columns = [
    { title: 'CALLS' },
    { title: 'WOULD BE' },
    { title: 'WERE' },
    { title: 'TOOL', least: 8 },
    { title: 'RULE', least: 12 },
  ];
  const rows = lines.map(({ before, calls, effect, rule, tool }) => [
    String(calls),
    { text: WORDS[effect], paint: paint[TONES[effect]] },
    printOutcome(before, paint),
    visible(tool),
    visible(rule),
  ]);
  return renderTable(columns, rows, width);
}

/** What a suggested policy was made of, a line each. */
export function suggestionNotes(
  suggestion: LogSuggestion,
  look: Pick<ReplayLook, 'timeZone'>,
): readonly string[] {
  const { leftOut, refused, uses } = suggestion;
  return [
    lookedAt({ ...suggestion, calls: uses }, 'request', look),
    'rates are calls of one grant in a minute, as seen by 99 of 100 calls, rounded up',
    ...(refused === 0 ? [] : [`refused before, and so not allowed by it: ${refused}`]),
    ...leftOut.map(
      (name) => `left out, because no rule can name it exactly or there was no room: ${visible(name)}`,
    ),
  ];
}

type LookedAt = Pick<ReplayReport, 'calls' | 'fromMs' | 'isComplete' | 'toMs'>;

function lookedAt(
  { calls, fromMs = 0, isComplete, toMs = 0 }: LookedAt,
  what: 'call' | 'request',
  { timeZone }: Pick<ReplayLook, 'timeZone'>,
): string {
  const from = `from ${formatTime(fromMs, timeZone)} to ${formatTime(toMs, timeZone)}`;
  const rest = isComplete ? '' : '; there are older ones, which were not looked at';
  return `${calls} ${calls === 1 ? what : `${what}s`} ${from}${rest}`;
}
