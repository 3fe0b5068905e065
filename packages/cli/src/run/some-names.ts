/** Names that are told at most, instead of one that is not there. */
const NAMED = 12;

/** The first of them, for a message that says what there is. */
export const someOf = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ', …' : ''}`;
