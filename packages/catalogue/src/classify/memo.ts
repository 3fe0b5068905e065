/** Names that are remembered at once: a few times as many as the largest servers have, below a megabyte. */
export const MAX_REMEMBERED = 4_096;
/** Characters of a name that is remembered; longer ones are rare and may be an attacker's. */
export const MAX_REMEMBERED_LENGTH = 64;

/**
 * A pure function of a name that remembers what it gave, since tools repeat the names of their arguments. When it is
 * full it forgets everything: what it gives never depends on what it was asked before, only how fast.
 */
export function remembering<Result>(work: (name: string) => Result): (name: string) => Result {
  const known = new Map<string, Result>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const result = work(name);
    if (name.length > MAX_REMEMBERED_LENGTH) return result;
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(name, result);
    return result;
  };
}
