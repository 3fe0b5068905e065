/**
 * A way for a text to match a pattern: the text must have a piece out of each group. Pieces are three or four
 * characters long, letters in either case.
 */
export type Way = readonly (readonly string[])[];

type Glance<Name extends string> = {
  /** All of the text is printable ASCII, or blanks between. */
  readonly isPlain: boolean;
  /** Patterns that it may match, in their order. One that is not among them does not match. */
  readonly may: readonly Name[];
};

/** Of every character five bits are kept, which are the same for a letter in both cases. */
const CHARACTER_BITS = 5;
const CHARACTERS = 2 ** CHARACTER_BITS;
/** What is seen at once: four characters. */
const WINDOW = CHARACTERS ** 4 - 1;
/** Windows are marked by their last three characters: 32 KB of marks, which a processor keeps close by. */
const BUCKETS = CHARACTERS ** 3;
const LAST_THREE = BUCKETS - 1;

/**
 * Trying a pattern at every place of a text costs far more than one pass that looks for pieces of it, and most texts
 * have none. At most 31 groups in all.
 */
export function glanceFor<Name extends string>(
  patterns: Readonly<Record<Name, { readonly has: Way }>>,
): (text: string) => Glance<Name> {
  const { masks, pieces } = numbered(patterns);
  const isMarked = new Uint8Array(BUCKETS);
  for (const window of pieces.keys()) isMarked[window & LAST_THREE] = 1;
  const none: readonly Name[] = [];
  return (text) => {
    let seen = 0;
    let window = 0;
    let isPlain = true;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 126 || (code < 32 && !isBlank(code))) isPlain = false;
      window = ((window << CHARACTER_BITS) | (code & (CHARACTERS - 1))) & WINDOW;
      if (isMarked[window & LAST_THREE] === 1) seen |= pieces.get(window) ?? 0;
    }
    const may =
      seen === 0 ? none : masks.filter(({ mask }) => (seen & mask) === mask).map(({ name }) => name);
    return { isPlain, may };
  };
}

/** Line feed, carriage return or tab. */
const isBlank = (code: number): boolean => code === 10 || code === 13 || code === 9;

type Numbered<Name> = {
  /** The groups of each way, as bits. */
  readonly masks: readonly { readonly name: Name; readonly mask: number }[];
  /** By window, the groups that it is a piece of. */
  readonly pieces: ReadonlyMap<number, number>;
};

function numbered<Name extends string>(
  patterns: Readonly<Record<Name, { readonly has: Way }>>,
): Numbered<Name> {
  const pieces = new Map<number, number>();
  let groups = 0;
  const bitOf = (group: readonly string[]): number => {
    const bit = 1 << groups;
    groups += 1;
    for (const window of group.flatMap(windowsOf)) pieces.set(window, (pieces.get(window) ?? 0) | bit);
    return bit;
  };
  // The keys of the table are the names.
  const masks = (Object.entries(patterns) as [Name, { readonly has: Way }][]).map(([name, { has }]) => ({
    name,
    mask: has.reduce((mask, group) => mask | bitOf(group), 0),
  }));
  if (groups > 31) throw new Error(`expected at most 31 groups of pieces, found ${groups}`);
  return { masks, pieces };
}

/** The windows that end with a piece: one, or any character before three. */
function windowsOf(piece: string): readonly number[] {
  if (piece.length !== 3 && piece.length !== 4)
    throw new Error(`expected a piece of three or four characters, found "${piece}"`);
  const window = [...piece].reduce(
    (all, character) => all * CHARACTERS + (character.charCodeAt(0) % CHARACTERS),
    0,
  );
  if (piece.length === 4) return [window];
  return Array.from({ length: CHARACTERS }, (_, before) => before * CHARACTERS ** 3 + window);
}
