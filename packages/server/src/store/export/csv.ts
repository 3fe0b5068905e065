import { escapeInvisible } from '@boomgate/contract/invisible';

/** Columns with what stands in them. */
export type CsvFormat<Entry> = readonly (readonly [title: string, value: (entry: Entry) => CsvValue])[];
type CsvValue = string | number | boolean | undefined;

/** What spreadsheets take for the beginning of a formula, also behind blanks and in full width. */
const FORMULA = /^\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/u;
const SPECIAL = /[",;\s]/u;

export type CsvValues = readonly CsvValue[];

/** One line of RFC 4180 without its end. */
export function csvLine(values: CsvValues): string {
  return values.map(cell).join(',');
}

/** The same with its end. */
export function csvRow(values: CsvValues): string {
  return `${csvLine(values)}\r\n`;
}

export function csvTitles(columns: readonly (readonly [title: string, ...rest: unknown[]])[]): CsvValues {
  return columns.map(([title]) => title);
}

export function csvValues<Entry>(columns: CsvFormat<Entry>, entry: Entry): CsvValues {
  return columns.map(([, value]) => value(entry));
}

/** A number stays one; a text that a spreadsheet would calculate begins with an apostrophe. */
function cell(value: CsvValue): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const text = escapeInvisible(value);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return SPECIAL.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
