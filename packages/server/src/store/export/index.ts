/**
 * Rows of the logs as text for files and other programs: lines of JSON or of CSV. Pure but for the walk along a log, which
 * holds one page in memory; opens no file.
 */
export { type CsvFormat, type CsvValues, csvLine, csvRow, csvTitles, csvValues } from './csv.ts';
export { type ExportFormat, exportActs, exportDecisions } from './texts.ts';
export { everyEntry, followLog } from './walk.ts';
