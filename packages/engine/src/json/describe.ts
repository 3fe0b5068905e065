const WORD = /[A-Za-z_$][\w$]*/y;

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/"/y, 'a double quote'],
  [/'/y, 'a single quote; JSON strings stand in double quotes'],
  [/[“”„«»]/y, 'a typographic quote; JSON strings stand in plain double quotes'],
  [/True\b|False\b|None\b/y, 'a word of Python; write true, false or null'],
  [/NaN\b|[+-]?Infinity\b|undefined\b/y, 'a value that JSON does not have; write a number or null'],
];

/** Blanks that JSON does not have, and characters without a look of their own, as texts from word processors have them. */
const UNSEEN = /[\s\u0080-\u00a0\p{Cf}]/u;

/** What stands at an offset of a JSON text, in words for a message, with how to mend it where that is known. */
export function describeAt(text: string, offset: number): string {
  if (offset >= text.length) return 'the end of the text';
  for (const [expression, hint] of HINTS) {
    expression.lastIndex = offset;
    if (expression.test(text)) return hint;
  }
  WORD.lastIndex = offset;
  const word = WORD.exec(text)?.[0];
  if (word !== undefined) return `${JSON.stringify(shorten(word))} without quotes`;
  const code = text.codePointAt(offset) ?? 0;
  if (code === 0x0a || code === 0x0d) return 'a line break';
  if (code < 0x21 || code === 0x7f || UNSEEN.test(String.fromCodePoint(code)))
    return `the ${code < 0xa0 ? 'control' : 'invisible'} character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return `"${String.fromCodePoint(code)}"`;
}

/** At most forty characters of a text, for messages. */
export function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
