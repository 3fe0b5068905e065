/**
 * Unicode simple case folding: one code point to one code point, no locale, no normalisation. `ß` and `ss` differ,
 * `K` (Kelvin) and `k` are the same.
 */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  let folded = '';
  for (const character of text) folded += foldCharacter(character);
  return folded;
}

/** Characters whose upper case folds to something that simple folding keeps apart, or the other way round. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['\u0131', '\u0131'],
  ['\u0130', '\u0130'],
]);

function foldCharacter(character: string): string {
  const exception = EXCEPTIONS.get(character);
  if (exception !== undefined) return exception;
  return single(single(character, 'toUpperCase'), 'toLowerCase');
}

/** The changed case, unless it takes more code points than the character itself. */
function single(character: string, change: 'toUpperCase' | 'toLowerCase'): string {
  const changed = character[change]();
  return changed.length === character.length || [...changed].length === 1 ? changed : character;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}
