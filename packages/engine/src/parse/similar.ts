/** A word of a list that was probably meant, when one is near enough: ignoring case, or one or two slips away. */
export function similarWord(written: string, words: Iterable<string>): string | undefined {
  const slips = written.length > 4 ? 2 : 1;
  let best: string | undefined;
  let bestDistance = slips + 1;
  for (const word of words) {
    const distance = distanceBetween(plain(written), plain(word), bestDistance);
    if (distance < bestDistance) {
      best = word;
      bestDistance = distance;
    }
  }
  return best;
}

/** Case, hyphens and blanks are what people most often write otherwise. */
function plain(word: string): string {
  return word.replaceAll(/[-\s_]/g, '').toLowerCase();
}

/** Insertions, deletions, replacements and swaps of neighbours between two words; `limit` when there are as many or more. */
function distanceBetween(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) >= limit) return limit;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      let distance = Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwap) distance = Math.min(distance, (before[j - 2] ?? 0) + 1);
      next.push(distance);
    }
    // No row after one in which all are too far apart comes nearer.
    if (next.every((distance) => distance >= limit)) return limit;
    before = row;
    row = next;
  }
  return Math.min(row[other.length] ?? limit, limit);
}
