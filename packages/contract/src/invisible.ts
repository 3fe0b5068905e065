/**
 * Characters that make one text pass for another, or hold a second one that nobody sees: controls, what Unicode says is not to be seen
 * (zero-width and bidirectional controls, fillers, tags, variation selectors), line separators, lone surrogates, and those for private
 * use. Two variation selectors belong behind the emoji whose look they choose.
 */
export const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]|(?![\ufe0e\ufe0f])\p{DI}|(?<!\p{Emoji})[\ufe0e\ufe0f]/gu;

/** What needs no second look. */
const PLAIN = /^[ -~]*$/;

/** Those characters as JSON escapes them, `\u0007`: JSON says the same afterwards, and one record stays one line. */
export function escapeInvisible(text: string): string {
  return PLAIN.test(text) ? text : text.replace(INVISIBLE, escaped);
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
