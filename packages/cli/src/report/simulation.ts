import type { ConditionStep, Decision, Step } from '@boomgate/engine';
import { formatDuration, type Palette, visible } from '../terminal/index.ts';
import { printOutcome } from './outcome.ts';

export type SimulatedCall = { readonly number: number; readonly decision: Decision };

const STEP_WORDS = { fired: 'fired', passed: 'passed', undetermined: 'unclear' } as const satisfies Record<
  Step['outcome'],
  string
>;
const STEP_TONES = { fired: 'bad', passed: 'good', undetermined: 'held' } as const satisfies Record<
  Step['outcome'],
  keyof Palette
>;

/** One call with its whole trace; several as one line for each stretch of calls decided alike, the last in full. */
export function printSimulation(calls: readonly SimulatedCall[], paint: Palette): string {
  const stretches = stretchesOf(calls);
  const [only] = stretches;
  if (stretches.length === 1 && only !== undefined) {
    const count = calls.length === 1 ? '' : ` (all ${calls.length} calls)`;
    return [headline(only.decision, paint) + count, ...details(only.decision, paint)].join('\n');
  }
  const lines = stretches.map(({ first, last, decision }) => {
    const range = first === last ? `call ${first}` : `calls ${first}–${last}`;
    return `${range.padEnd(16)} ${headline(decision, paint)}`;
  });
  const final = stretches.at(-1);
  return [...lines, ...(final === undefined ? [] : ['', ...details(final.decision, paint)])].join('\n');
}

type Stretch = { readonly first: number; readonly last: number; readonly decision: Decision };

function stretchesOf(calls: readonly SimulatedCall[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const { number, decision } of calls) {
    const before = stretches.at(-1);
    const isAlike = before?.decision.outcome === decision.outcome && before.decision.rule === decision.rule;
    if (before !== undefined && isAlike)
      stretches[stretches.length - 1] = { first: before.first, last: number, decision };
    else stretches.push({ first: number, last: number, decision });
  }
  return stretches;
}

function headline({ outcome, rule }: Decision, paint: Palette): string {
  const shown = printOutcome(outcome, paint);
  return paint.strong(shown.paint(shown.text)) + (rule === '' ? '' : `  ${visible(rule)}`);
}

function details({ message, retryAfterMs, trace, usage }: Decision, paint: Palette): readonly string[] {
  return [
    ...(message === '' ? [] : [`  agent is told: ${visible(message)}`]),
    ...(retryAfterMs === undefined ? [] : [`  try again in:  ${formatDuration(retryAfterMs)}`]),
    ...usage.map(
      ({ counter, before, after, max }) => `  counter ${visible(counter)}: ${before} → ${after} of ${max}`,
    ),
    ...(trace.length === 0 ? [] : ['  rules checked:']),
    ...trace.flatMap((step) => stepLines(step, paint)),
  ];
}

function stepLines({ rule, outcome, conditions }: Step, paint: Palette): readonly string[] {
  const word = paint[STEP_TONES[outcome]](STEP_WORDS[outcome].padEnd(7));
  return [
    `    ${word} ${visible(rule)}`,
    ...conditions.map((condition) => `            ${conditionText(condition, paint)}`),
  ];
}

function conditionText({ path, op, outcome, found }: ConditionStep, paint: Palette): string {
  return paint.faint(`${visible(path)} ${op}: ${outcome}, found ${found}`);
}
