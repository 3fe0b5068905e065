import type { Change, Decision, Widening, Widens, Witness } from '@boomgate/engine';
import { fit, type Output, type Palette, visible } from '../terminal/index.ts';
import { printOutcome } from './outcome.ts';

export type Comparison = { readonly changes: readonly Change[]; readonly widens: Widens };

type Look = Pick<Output, 'paint' | 'width'>;

const TONES = { added: 'good', removed: 'bad', changed: 'held', moved: 'faint' } as const satisfies Record<
  Change['kind'],
  keyof Palette
>;

/** The changes, then the verdict with an example for each way in which more is let through. */
export function printComparison({ changes, widens }: Comparison, look: Look): string {
  const count = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  return [
    changes.length === 0 ? 'no changes' : `${count}:`,
    ...changes.flatMap((change) => changeLines(change, look)),
    '',
    verdictLine(widens, look.paint),
    ...widens.widened.flatMap((one) => wideningLines(one, look)),
  ].join('\n');
}

function changeLines({ kind, pointer, before, after }: Change, { paint, width }: Look): readonly string[] {
  const value = (mark: string, one: unknown): readonly string[] =>
    one === undefined ? [] : [fit(`    ${mark} ${visible(JSON.stringify(one))}`, width)];
  const values = kind === 'moved' ? [] : [...value('-', before), ...value('+', after)];
  return [`  ${paint[TONES[kind]](kind.padEnd(7))} ${visible(pointer)}`, ...values];
}

function verdictLine({ verdict, tried }: Widens, paint: Palette): string {
  if (verdict === 'no') return `widens access: ${paint.good('no')}, this is certain`;
  if (verdict === 'yes') return `widens access: ${paint.bad('yes')}`;
  const calls = tried === 1 ? '1 call' : `${tried} calls`;
  return `widens access: ${paint.held('unknown')}, ${calls} tried and none shows it; it may where this says:`;
}

function wideningLines({ pointer, what, witness }: Widening, look: Look): readonly string[] {
  const { paint, width } = look;
  return [
    `  ${paint.name(visible(pointer))}`,
    `    ${visible(what)}`,
    ...(witness === undefined ? ['    no example was found'] : exampleLines(witness, paint)).map((line) =>
      paint.strong('') === '' ? fit(line, width) : line,
    ),
  ];
}

function exampleLines(witness: Witness, paint: Palette): readonly string[] {
  const decided = [
    `    before:  ${decision(witness.before, paint)}`,
    `    after:   ${decision(witness.after, paint)}`,
  ];
  if (witness.kind === 'access') return [`    example: ${visible(witness.target)}`, ...decided];
  const { call, earlier } = witness;
  const made = earlier?.calls.reduce((sum, { times }) => sum + times, 0) ?? 0;
  const others = earlier?.isRunning === true ? 'others like it under way' : 'others like it';
  const after = earlier === undefined ? '' : `, after ${made} ${others}`;
  return [
    `    example: ${visible(call.tool.name)} ${visible(JSON.stringify(call.args))}${after}`,
    ...decided,
  ];
}

function decision({ outcome, rule }: Decision, paint: Palette): string {
  const shown = printOutcome(outcome, paint);
  return `${shown.paint(shown.text)}${rule === '' ? '' : ` ${visible(rule)}`}`;
}
