/**
 * What programs and terminals obey, hide or reorder: controls, line separators, lone surrogates, and what Unicode says is not to be seen,
 * such as bidirectional marks, fillers, tags and variation selectors; of these two belong behind the emoji whose look they choose.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb\p{Cs}]|(?![\ufe0e\ufe0f])\p{DI}|(?<!\p{Emoji})[\ufe0e\ufe0f]/gu;

/** What needs no second look. */
const SEEN = /^[ -~]*$/;

/** Written as `\u0007`, as JSON does, so that one record stays one line. */
export function withoutControls(text: string): string {
  return SEEN.test(text) ? text : text.replace(UNSEEN, escaped);
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** One line of JSON that says the same as `JSON.stringify` and holds nothing unseen. */
export function jsonLine(value: unknown): string {
  return withoutControls(JSON.stringify(value));
}
