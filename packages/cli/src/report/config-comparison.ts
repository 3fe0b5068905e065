import type { ConfigDifference } from '@boomgate/server';
import { fit, type Palette, visible } from '../terminal/index.ts';
import { type Comparison, printComparison } from './comparison.ts';
import type { Look } from './look.ts';

export type ConfigComparison = {
  readonly things: ConfigDifference['things'];
  readonly policies: readonly PolicyComparison[];
};

type PolicyComparison = { readonly name: string } & (
  | { readonly kind: 'added' | 'removed' }
  | ({ readonly kind: 'changed' } & Comparison)
);

const TONES = { added: 'good', removed: 'bad', changed: 'held' } as const satisfies Record<
  PolicyComparison['kind'],
  keyof Palette
>;

/** A line for each thing that differs, with what differs below it; policies with whether they let more through. */
export function printConfigComparison({ policies, things }: ConfigComparison, look: Look): string {
  if (things.length + policies.length === 0) return 'no differences';
  return [
    ...things.flatMap(({ kind, name, settings, what }) => [
      heading(kind, `${what} ${name}`.trim(), look),
      ...settings.flatMap((one) => settingLines(one, look)),
    ]),
    ...policies.flatMap((one) => [
      heading(one.kind, `policy ${one.name}`, look),
      ...(one.kind === 'changed' ? indented(printComparison(one, { ...look, width: look.width - 4 })) : []),
    ]),
  ].join('\n');
}

/** How much differs, below what may be too long to read, and first of all whether policies let more through. */
export function configSummary({ policies, things }: ConfigComparison): string | undefined {
  if (things.length + policies.length === 0) return undefined;
  const verdicts = policies.map((one) => (one.kind === 'changed' ? one.widens.verdict : undefined));
  const count = (verdict: string): number => verdicts.filter((one) => one === verdict).length;
  return [
    `policies that differ: ${policies.length}, of which let more through: ${count('yes')}, perhaps: ${count('unknown')}`,
    `other settings that differ: ${things.length}`,
  ].join('\n');
}

function heading(kind: PolicyComparison['kind'], what: string, { paint }: Look): string {
  return `${paint[TONES[kind]](kind.padEnd(7))} ${visible(what)}`;
}

function settingLines(
  { after, before, setting }: ConfigDifference['things'][number]['settings'][number],
  { width }: Look,
): readonly string[] {
  const change = before === undefined ? after : `${before} → ${after ?? 'not given'}`;
  return [fit(`    ${visible(`${setting}: ${change}`)}`, width)];
}

const indented = (text: string): readonly string[] =>
  text.split('\n').map((line) => (line === '' ? '' : `    ${line}`));
