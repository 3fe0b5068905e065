/** Judges a text; pure and in time linear in its length. */
export type TextTest = (text: string) => boolean;

/**
 * A pattern in which `*` stands for any run of characters, also none, and everything else for itself
 * (policy language §2). The whole text must match, code unit by code unit.
 */
export function compilePattern(pattern: string): TextTest {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  const middle = rest.filter((part) => part !== '').map(compileSearch);
  const shortest = pattern.length - (rest.length + 1);
  return (text) => {
    if (text.length < shortest || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let from = first.length;
    for (const search of middle) {
      from = search(text, from);
      if (from < 0) return false;
    }
    return from <= end;
  };
}

/** True for a text that some pattern matches. Exact names cost one look-up, however many there are. */
export function compilePatterns(patterns: readonly string[]): TextTest {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const tests = patterns.filter((pattern) => pattern.includes('*')).map(compilePattern);
  return (text) => exact.has(text) || tests.some((test) => test(text));
}

/** How many characters of a pattern stand for themselves: of two patterns that match, the greater one applies. */
export function literalLength(pattern: string): number {
  return pattern.length - pattern.split('*').length + 1;
}

/** Finds `part` at or after an index and gives the index after it, or -1. Knuth–Morris–Pratt: never goes back in the text. */
export function compileSearch(part: string): (text: string, from: number) => number {
  const borders = bordersOf(part);
  return (text, from) => {
    if (part === '') return from;
    let matched = 0;
    for (let index = from; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      while (matched > 0 && part.charCodeAt(matched) !== unit) matched = borders[matched - 1] ?? 0;
      if (part.charCodeAt(matched) === unit) matched += 1;
      if (matched === part.length) return index + 1;
    }
    return -1;
  };
}

/** For each prefix of `part`, the length of its longest proper prefix that is also its suffix. */
function bordersOf(part: string): Uint16Array | Uint32Array {
  const borders = part.length < 0x10000 ? new Uint16Array(part.length) : new Uint32Array(part.length);
  let border = 0;
  for (let index = 1; index < part.length; index += 1) {
    while (border > 0 && part.charCodeAt(border) !== part.charCodeAt(index))
      border = borders[border - 1] ?? 0;
    if (part.charCodeAt(border) === part.charCodeAt(index)) border += 1;
    borders[index] = border;
  }
  return borders;
}
