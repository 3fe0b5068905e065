/**
 * How large a pattern's program gets when counted repetitions are written out: `(a{3}|b){10}` counts as about 40. Compiling
 * takes time in proportion, so this bounds what a pattern from a policy or a server's schema can cost. An upper estimate;
 * what is no valid pattern gets some number, and the compiler refuses it.
 */
export function patternSize(pattern: string): number {
  const sizes = [0];
  let last = 0;
  const add = (size: number): void => {
    last = size;
    sizes[sizes.length - 1] = (sizes.at(-1) ?? 0) + size;
  };
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === '(') {
      sizes.push(0);
    } else if (char === ')' && sizes.length > 1) {
      add((sizes.pop() ?? 0) + 1);
    } else if (char === '[') {
      at = classEnd(pattern, at);
      add(1);
    } else if (char === '{') {
      const counts = /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at, at + 24));
      if (counts === null) {
        add(1);
        continue;
      }
      const most = Math.max(Number(counts[1]) + (counts[2] === ',' ? 1 : 0), Number(counts[3] ?? 0), 1);
      add(last * (most - 1));
      last *= most;
      at += counts[0].length - 1;
    } else {
      if (char === '\\') at += 1;
      add(1);
    }
  }
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The index of the bracket that closes a character class, or of the pattern's end. */
function classEnd(pattern: string, start: number): number {
  for (let at = start + 2; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1;
    else if (pattern[at] === ']') return at;
  }
  return pattern.length;
}

/** Code points of a range without regard to case that are looked up in the time of one step. */
const FOLDED_IN_A_STEP = 64;
/** Steps that the table of one class of Unicode takes, which has hundreds of ranges. */
const TABLE_STEPS = 16;
/** Letters have another case between these, and the whole stretch is known to hold all of them. */
const FOLDED = { from: 0x41, to: 0x1e943 } as const;

/** `\x{1f600}`, `\x7f`, `\101`, a class of Unicode, another escape, or one character. */
const TOKEN = /\\(?:x\{([\da-f]+)\}|x([\da-f]{2})|([0-7]{1,3})|([pP])|(.))|(.)/gisu;
const IGNORES_CASE = /\(\?[imsU-]*i/;

/**
 * What reading a pattern's character classes costs beside its program, which is as small for a class of one letter as for one of all: in
 * the same steps. Repeated classes are read once. It looks at no class for itself, but at whatever could stand in one.
 */
export function classesSize(pattern: string, ignoreCase: boolean): number {
  const folds = ignoreCase || IGNORES_CASE.test(pattern);
  let size = 0;
  let [low, before] = [Number.NaN, Number.NaN];
  for (const token of pattern.matchAll(TOKEN)) {
    const isTable = token[4] !== undefined;
    if (isTable) size += TABLE_STEPS;
    const value = characterOf(token);
    // The character before last and this one are the ends of a range where the last one is a hyphen.
    if (folds && before === HYPHEN) size += foldedBetween(low, value);
    [low, before] = [before, token[0] === '-' ? HYPHEN : value];
  }
  return size;
}

const HYPHEN = -1;

/** The character that a token stands for; no number where it cannot be the end of a range. */
function characterOf([, braced, hex, octal, table, escaped, plain]: RegExpExecArray): number {
  if (table !== undefined) return Number.NaN;
  if (octal !== undefined) return Number.parseInt(octal, 8);
  const digits = braced ?? hex;
  if (digits !== undefined) return Number.parseInt(digits, 16);
  return (plain ?? escaped ?? '').codePointAt(0) ?? Number.NaN;
}

function foldedBetween(low: number, high: number): number {
  if (low <= FOLDED.from && high >= FOLDED.to) return 0;
  const looked = Math.min(high, FOLDED.to) - Math.max(low, FOLDED.from);
  return looked > 0 ? Math.floor(looked / FOLDED_IN_A_STEP) : 0;
}
