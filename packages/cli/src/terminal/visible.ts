/**
 * C0 and C1 controls, line separators, lone surrogates, and what Unicode says is not to be seen: zero-width and bidirectional controls,
 * fillers, tags, variation selectors; of these two belong behind the emoji whose look they choose.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb\p{Cs}]|(?![\ufe0e\ufe0f])\p{DI}|(?<!\p{Emoji})[\ufe0e\ufe0f]/gu;

/** What needs no second look. */
const SEEN = /^[\n -~]*$/;

/** East Asian wide and emoji ranges, which take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const MARK = /\p{M}/u;

/**
 * Text from elsewhere as it may be printed: whatever a terminal would obey, hide or reorder is written as an
 * escape such as `\x1b` or `\u{202e}`. A backslash stays as it is.
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** JSON for a terminal: what `visible` would escape is written as `\\uXXXX`, so the value stays the same. */
export function visibleJson(json: string): string {
  if (SEEN.test(json)) return json;
  return json.replace(UNSEEN, (character) => {
    if (character === '\n') return character;
    const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}

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
