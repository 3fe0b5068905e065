import { indented, type Palette, renderTable, visible, wrapped } from '../terminal/index.ts';
import type { Look } from './look.ts';

/** `note` is worth knowing and nothing to mend; `skipped` could not be looked at. */
type CheckState = 'ok' | 'note' | 'wrong' | 'skipped';

/** What one check found. */
export type Checked = {
  readonly check: string;
  readonly state: CheckState;
  /** Lower case, without a full stop. */
  readonly found: string;
  /** What to do about it. */
  readonly mend?: string;
};

const TONES = { ok: 'good', note: 'held', wrong: 'bad', skipped: 'faint' } as const satisfies Record<
  CheckState,
  keyof Palette
>;

/** Columns beside which a text is wrapped. */
const INDENT = 2;
/** Checks of one kind and state that are told each, unless all are asked for: there may be hundreds of policies. */
const TOLD_MAX = 5;

type DoctorLook = Look & {
  /** Whether each check is told. Each that found something wrong is anyway. */
  readonly all: boolean;
};

/** A line for each check, then in full what is not as it should be: what is wrong stands last, where one looks first. */
export function printDoctor(found: readonly Checked[], { all, paint, width }: DoctorLook): string {
  const checks = all ? found : inShort(found);
  const columns = [{ title: 'CHECK' }, { title: 'STATE' }, { title: 'FOUND', least: 12 }];
  const rows = checks.map(({ check, found, state }) => [
    visible(check),
    { text: state, paint: paint[TONES[state]] },
    visible(found),
  ]);
  const isWrong = ({ state }: Checked): boolean => state === 'wrong';
  const noted = checks.filter((one) => !isWrong(one) && one.mend !== undefined);
  const told = [...noted, ...checks.filter(isWrong)];
  const details = told.map(({ check, found, mend, state }) => {
    const text = mend === undefined ? found : `${found}: ${mend}`;
    return `${paint[TONES[state]](visible(check))}\n${indented(wrapped(text, width - INDENT))}`;
  });
  return [renderTable(columns, rows, width), ...details].join('\n\n');
}

/** With one line in place of the many that are like those before it. */
function inShort(checks: readonly Checked[]): readonly Checked[] {
  const alike = Map.groupBy(checks, ({ check, state }) => `${state} ${kindOf(check)}`);
  return checks.flatMap((one) => {
    const its = alike.get(`${one.state} ${kindOf(one.check)}`) ?? [];
    const at = its.indexOf(one);
    if (one.state === 'wrong' || its.length <= TOLD_MAX + 1 || at < TOLD_MAX) return [one];
    if (at > TOLD_MAX) return [];
    const left = { check: `${kindOf(one.check)} …`, state: one.state, found: `${its.length - at} more` };
    return [one.mend === undefined ? left : { ...left, mend: 'boomgate doctor --all tells each of them' }];
  });
}

/** `policy` of `policy shop`. */
const kindOf = (check: string): string => check.split(' ')[0] ?? check;
