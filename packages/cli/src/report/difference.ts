import { createTwoFilesPatch } from 'diff';
import { fit, type Palette, visible } from '../terminal/index.ts';

/** Lines of context around a change. */
const CONTEXT = 3;
/** Columns of one line; files on one line would fill the screen. */
const LINE_COLUMNS = 400;

export type Difference = {
  readonly path: string;
  /** Texts in which everything secret is hidden already. Absent before: a new file. */
  readonly before?: string;
  readonly after: string;
};

/** A unified difference. */
export function printDifference({ after, before, path }: Difference, paint: Palette): string {
  const from = before === undefined ? '/dev/null' : path;
  const patch = createTwoFilesPatch(from, path, plain(before ?? ''), plain(after), undefined, undefined, {
    context: CONTEXT,
  });
  return patch
    .trimEnd()
    .split('\n')
    .filter((line, index) => !(index === 0 && line.startsWith('Index: ')) && !/^=+$/.test(line))
    .filter((line) => !line.startsWith('\\'))
    .map((line) => tone(line, paint)(fit(visible(line), LINE_COLUMNS)))
    .join('\n');
}

/** Line ends are kept in the file; here they would show as noise. */
const plain = (text: string): string => text.replaceAll('\r\n', '\n');

function tone(line: string, paint: Palette): (text: string) => string {
  if (/^(?:---|\+\+\+|@@)/.test(line)) return paint.faint;
  if (line.startsWith('-')) return paint.bad;
  return line.startsWith('+') ? paint.good : (text) => text;
}
