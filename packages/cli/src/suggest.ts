/** The choice that a mistyped word most likely meant: at most two letters off, and not most of the word. */
export function closest(word: string, choices: readonly string[]): string | undefined {
  const ranked = choices
    .map((choice) => ({ choice, distance: editDistance(word.toLowerCase(), choice) }))
    .filter(({ choice, distance }) => distance <= 2 && distance < choice.length / 2)
    .sort((left, right) => left.distance - right.distance);
  return (
    ranked[0]?.choice ?? choices.find((choice) => word.length > 1 && choice.startsWith(word.toLowerCase()))
  );
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...left].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...right].entries()) {
      const swap = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
