import { indented, type Palette, renderTable, visible, wrapped } from '../terminal/index.ts';

/** `note` is worth knowing and nothing to mend; `skipped` could not be looked at. */
export type CheckState = 'ok' | 'note' | 'wrong' | 'skipped';

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

/** A line for each check, then in full what is not as it should be: what is wrong stands last, where one looks first. */
export function printDoctor(
  checks: readonly Checked[],
  { paint, width }: { readonly paint: Palette; readonly width: number },
): string {
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
