/**
 * Unicode simple case folding: one code point to one code point, no locale, no normalisation. `ß` and `ss` differ,
 * `K` (Kelvin) and `k` are the same.
 */
export function fold(text: string): string {
  return isAscii(text) ? text.toLowerCase() : foldAll(text);
}

/** No code point from here on has another case. */
const CASELESS_FROM = 0x20000;

/** What each code point folds to, learnt when it is first met; 0 for those that were not. */
const folded = new Uint32Array(CASELESS_FROM);

/** Code units that are made a text at a time: more do not fit on the stack of a call. */
const PIECE = 4_096;

function foldAll(text: string): string {
  let whole = '';
  let units: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    // The index lies within the text.
    const point = foldPoint(text.codePointAt(at) as number);
    if (point > 0xffff) {
      units.push(0xd7c0 + (point >> 10), 0xdc00 + (point & 0x3ff));
      at += 1;
    } else units.push(point);
    if (units.length < PIECE) continue;
    whole += String.fromCharCode(...units);
    units = [];
  }
  return whole + String.fromCharCode(...units);
}

function foldPoint(point: number): number {
  if (point >= CASELESS_FROM) return point;
  // The index lies within the table; NUL folds to itself, so that it never counts as met.
  const known = folded[point] as number;
  if (known !== 0) return known;
  const learnt = foldCharacter(String.fromCodePoint(point)).codePointAt(0) ?? point;
  folded[point] = learnt;
  return learnt;
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
