import { fit, TABLE_COLUMNS, textWidth } from '../terminal/index.ts';

/** Columns that two lines need, with the year before the time; a narrower terminal breaks them. */
const LEAST_WIDTH = 40;
const INDENT = 2;

/** How the two parts of an entry of a log share the columns of a terminal: a line of their own each on one too narrow for a table. */
type Layout = { readonly isNarrow: boolean; readonly columns: number };

export function layoutOf(width: number): Layout {
  return { isNarrow: width < TABLE_COLUMNS, columns: Math.max(width, LEAST_WIDTH) };
}

/** Columns for the second part, where the first takes so many on one line. */
export function restRoom({ columns, isNarrow }: Layout, headWidth: number): number {
  return columns - (isNarrow ? INDENT : headWidth + 1);
}

export function laidOut({ isNarrow }: Layout, head: string, rest: string): string {
  const ended = rest.trimEnd();
  return isNarrow ? `${head.trimEnd()}\n${' '.repeat(INDENT)}${ended}` : `${head} ${ended}`;
}

/** A text in exactly so many columns. */
export function padded(
  text: string,
  width: number,
  paint: (text: string) => string = (same) => same,
): string {
  const cut = fit(text, width);
  return paint(cut) + ' '.repeat(Math.max(0, width - textWidth(cut)));
}
