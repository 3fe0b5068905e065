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
