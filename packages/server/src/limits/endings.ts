const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Milliseconds before the end of a grant or an API key in which others are told of it: a week, in which somebody looks, of what lives for
 * `longMs` or longer; a day of what lives for `shortMs` or longer; of others nothing, as their end is known to who made them.
 */
export const ENDING = {
  weekMs: 7 * DAY_MS,
  dayMs: DAY_MS,
  longMs: 14 * DAY_MS,
  shortMs: 2 * DAY_MS,
  /** Milliseconds between looks, and from the start of a gateway to the first, when it is not busy starting. */
  everyMs: 3_600_000,
  firstMs: 15_000,
} as const;

/** Of so many a message says which they are; it says how many more there are. */
export const ENDINGS_TOLD = 20;
