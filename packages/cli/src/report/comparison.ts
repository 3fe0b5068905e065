import type { Change, Decision, Widening, Widens, Witness } from '@boomgate/engine';
import { fit, type Palette, visible } from '../terminal/index.ts';
import type { Look } from './look.ts';
import { printOutcome } from './outcome.ts';

export type Comparison = { readonly changes: readonly Change[]; readonly widens: Widens };

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
  return `widens access: ${paint.held('unknown')}, ${calls} tried and none shows it; it may where the policy says:`;
}

function wideningLines({ pointer, what, witness }: Widening, { paint }: Look): readonly string[] {
  const example = witness === undefined ? ['no example was found'] : exampleLines(witness, paint);
  return [`  ${paint.name(visible(pointer))}`, ...[visible(what), ...example].map((line) => `    ${line}`)];
}

function exampleLines(witness: Witness, paint: Palette): readonly string[] {
  const decided = [
    `before:  ${decision(witness.before, paint)}`,
    `after:   ${decision(witness.after, paint)}`,
  ];
  if (witness.kind === 'access') return [`example: ${visible(witness.target)}`, ...decided];
  const { call, earlier } = witness;
  const made = earlier?.calls.reduce((sum, { times }) => sum + times, 0) ?? 0;
  const others = earlier?.isRunning === true ? 'others like it under way' : 'others like it';
  const after = earlier === undefined ? '' : `, after ${made} ${others}`;
  const example = `example: ${visible(call.tool.name)} ${visible(JSON.stringify(call.args))}${after}`;
  return [example, ...circumstances(witness), ...decided];
}

type CallWitness = Extract<Witness, { kind: 'call' }>;

/** What else of the call the policies looked at. */
function circumstances({ call, before, after }: CallWitness): readonly string[] {
  const steps = [...before.trace, ...after.trace].flatMap(({ conditions }) => conditions);
  const roots = new Set(steps.map(({ path }) => /^\w+/.exec(path)?.[0]));
  const { inputSchema: _schema, ...tool } = call.tool;
  const facts = { tool, grant: call.grant, server: call.server, client: call.client };
  const told = Object.entries(facts).filter(([root]) => roots.has(root));
  return [
    ...told.map(([root, fact]) => `${`${root}:`.padEnd(8)} ${visible(JSON.stringify(fact))}`),
    ...(roots.has('time') ? [`at:      ${new Date(call.nowMs).toISOString()}`] : []),
  ];
}

function decision({ outcome, rule }: Decision, paint: Palette): string {
  const shown = printOutcome(outcome, paint);
  return `${shown.paint(shown.text)}${rule === '' ? '' : ` ${visible(rule)}`}`;
}
