import { escapeInvisible, INVISIBLE } from '@boomgate/contract/invisible';

/** East Asian wide and emoji ranges, which take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const MARK = /\p{M}/u;

/**
 * Text from elsewhere as it may be printed: whatever a terminal would obey, hide or reorder is written as an
 * escape such as `\x1b` or `\u{202e}`. A backslash stays as it is.
 */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** JSON for a terminal: what `visible` would escape is written as `\\uXXXX`, so the value stays the same. */
export const visibleJson = (json: string): string => json.split('\n').map(escapeInvisible).join('\n');

/** Columns that a text without escape sequences takes on a terminal. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** Cuts a text at its end to at most `width` columns, marking the cut with `…`. */
export function fit(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return width < 1 ? '' : `${take([...text], width - 1).join('')}…`;
}

/** Cuts a text at its beginning, for texts whose end says most. */
export function fitEnd(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return width < 1
    ? ''
    : `…${take([...text].reverse(), width - 1)
        .reverse()
        .join('')}`;
}

function take(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const character of characters) {
    used += columnsOf(character);
    if (used > width) break;
    taken.push(character);
  }
  return taken;
}

function columnsOf(character: string): number {
  if (MARK.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
