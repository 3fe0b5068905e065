/** What programs and terminals obey, hide or reorder: controls, line separators, bidirectional marks, lone surrogates. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/** Written as `\u0007`, as JSON does, so that one record stays one line. */
export function withoutControls(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** One line of JSON that says the same as `JSON.stringify` and holds nothing unseen. */
export function jsonLine(value: unknown): string {
  return withoutControls(JSON.stringify(value));
}
