import { fit, textWidth } from './visible.ts';

type Column = {
  readonly title: string;
  /** Columns that it keeps when the table has to shrink; the whole content when absent. */
  readonly least?: number;
};

/** `paint` colours the padded text, so it never changes the width. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const GAP = '  ';

/** Columns from which a table is one, even where it is wider: what a program reads has as many, or no bound. */
export const TABLE_COLUMNS = 80;

/**
 * Rows under titles, in at most `width` columns as long as the columns' least widths allow. Texts must be
 * printable already. The widest column that may shrink gives way first. On a narrow terminal that is too narrow all the same, each row
 * is a list of its cells behind their titles.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): string {
  const room = width - GAP.length * (columns.length - 1);
  const widths = shrink(columns, naturalWidths(columns, rows), room);
  if (width < TABLE_COLUMNS && sum(widths) > room)
    return rows.map((row) => listed(columns, row)).join('\n\n');
  const line = (cells: readonly Cell[]): string =>
    columns
      .map((_, index) => paintCell(cells[index] ?? '', widths[index] ?? 0))
      .join(GAP)
      .trimEnd();
  return [columns.map(({ title }) => title), ...rows].map(line).join('\n');
}

/** Whole texts, which a terminal breaks where it must; without those that are empty. */
function listed(columns: readonly Column[], row: readonly Cell[]): string {
  const titles = Math.max(...columns.map(({ title }) => textWidth(title)));
  return columns
    .flatMap(({ title }, index) => {
      const cell = row[index] ?? '';
      return textOf(cell) === ''
        ? []
        : [`${paintCell(title, titles)}${GAP}${paintCell(cell, textWidth(textOf(cell)))}`];
    })
    .join('\n');
}

function naturalWidths(columns: readonly Column[], rows: readonly (readonly Cell[])[]): number[] {
  return columns.map(({ title }, index) =>
    Math.max(textWidth(title), ...rows.map((row) => textWidth(textOf(row[index] ?? '')))),
  );
}

function shrink(columns: readonly Column[], widths: readonly number[], room: number): readonly number[] {
  const fitted = [...widths];
  for (let over = sum(fitted) - room; over > 0; over -= 1) {
    const index = widestThatMayShrink(columns, fitted);
    if (index === undefined) break;
    fitted[index] = (fitted[index] ?? 0) - 1;
  }
  return fitted;
}

function widestThatMayShrink(columns: readonly Column[], widths: readonly number[]): number | undefined {
  let widest: number | undefined;
  for (const [index, { least }] of columns.entries()) {
    const width = widths[index] ?? 0;
    if (least === undefined || width <= least) continue;
    if (widest === undefined || width > (widths[widest] ?? 0)) widest = index;
  }
  return widest;
}

function paintCell(cell: Cell, width: number): string {
  const text = fit(textOf(cell), width);
  const padding = ' '.repeat(Math.max(0, width - textWidth(text)));
  return typeof cell === 'string' ? text + padding : cell.paint(text) + padding;
}

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
