import type { DefinitionChange, Json, TouchedRule } from '@boomgate/engine';
import type { ToolSnapshot } from '@boomgate/server';
import { formatTime, visible } from '../terminal/index.ts';
import { classesOf, type DriftLook } from './drift-table.ts';

export type ShownDrift = {
  readonly now: ToolSnapshot;
  /** Absent for a new tool. */
  readonly before?: ToolSnapshot;
  readonly difference: readonly DefinitionChange[];
  /** By policy; undefined where no policies are known. */
  readonly rules:
    | readonly { readonly policy: string; readonly touched: readonly TouchedRule[] }[]
    | undefined;
};

/** Characters of one value that are printed; more is said to be there, and `--json` has it. */
const VALUE_CHARACTERS = 4_000;

/** A change for a person who decides about it. Texts of the server stand on lines of their own and cannot command the terminal. */
export function driftText(shown: ShownDrift, look: DriftLook): string {
  const { now, before } = shown;
  const { paint } = look;
  const state = now.state === 'held' ? paint.held(stateOf(now, look)) : stateOf(now, look);
  return [
    `${paint.strong(visible(now.tool))} of ${visible(now.server)}  [${state}]`,
    classText(shown),
    before === undefined
      ? `${paint.strong('New:')}\n${indented(valueText(now.definition))}`
      : `${paint.strong('What changed:')}\n${differenceText(shown, look)}`,
    ...rulesText(shown, look),
  ].join('\n\n');
}

function stateOf(
  { decidedAtMs, decidedBy, isOffered, seenAtMs, state }: ToolSnapshot,
  { timeZone }: DriftLook,
): string {
  const at = (ms: number): string => formatTime(ms, timeZone).slice(0, 11);
  const said =
    state === 'held'
      ? `held since ${at(seenAtMs)}`
      : `accepted ${BY[decidedBy ?? 'person']}${decidedAtMs === undefined ? '' : ` ${at(decidedAtMs)}`}`;
  return isOffered ? said : `${said}, not offered now`;
}

const BY = {
  first_sight: 'at first sight',
  setting: 'by the setting of its server',
  person: 'by a person',
} as const satisfies Record<NonNullable<ToolSnapshot['decidedBy']>, string>;

function classText({ before, now }: ShownDrift): string {
  const { evidence, signals } = now.classification;
  const classes = classesOf({
    class: now.classification.class,
    ...(before === undefined ? {} : { classBefore: before.classification.class }),
  });
  const lines = [
    `class     ${classes}`,
    ...evidence.map(({ class: of, field, quote }) => `          ${of}: “${visible(quote)}” in its ${field}`),
    ...(signals.length === 0 ? [] : [`signals   ${signals.map(visible).join(', ')}`]),
  ];
  return lines.join('\n');
}

function differenceText({ difference }: ShownDrift, { paint }: DriftLook): string {
  if (difference.length === 0) return '  nothing that matters';
  return difference.map((change) => changeText(change, paint)).join('\n');
}

function changeText(change: DefinitionChange, paint: DriftLook['paint']): string {
  const place = change.path.length === 0 ? 'the whole definition' : change.path.map(visible).join('.');
  const lines = [
    `  ${place}`,
    ...(change.kind === 'added' ? [] : [paint.bad(indented(valueText(change.before), '    - '))]),
    ...(change.kind === 'removed' ? [] : [paint.good(indented(valueText(change.after), '    + '))]),
  ];
  return lines.join('\n');
}

function valueText(value: Json): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value, null, 2);
  const lines = text.slice(0, VALUE_CHARACTERS).split('\n').map(visible).join('\n');
  const more = text.length - VALUE_CHARACTERS;
  return more > 0 ? `${lines}… and ${more} characters more; --json has all of it` : lines;
}

function rulesText({ rules }: ShownDrift, { paint }: DriftLook): readonly string[] {
  if (rules === undefined) return [];
  if (rules.length === 0) return ['No grant opens this server by a policy of the configuration.'];
  return rules.map(({ policy, touched }) => {
    const lines = touched.map(({ rule, why }) => `  ${visible(rule)}\n      ${visible(why)}`);
    return [`${paint.strong('Policy')} ${visible(policy)}`, ...lines].join('\n');
  });
}

function indented(text: string, by = '  '): string {
  return text
    .split('\n')
    .map((line) => by + line)
    .join('\n');
}
