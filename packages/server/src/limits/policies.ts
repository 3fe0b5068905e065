/** Of one organisation: what a person can still look through, and what memory its compiled policies take. */
export const POLICY_BOUNDS = {
  /** Policies that are stored. */
  policies: 1_000,
  /** Proposals that wait for a second person. */
  waiting: 100,
  /** Proposals that were decided and are still shown; beyond it the oldest are forgotten. */
  decided: 200,
} as const;

/** Characters of two documents that are compared on the event loop: a hundred rules of each are some 30,000. */
export const BRIEF_COMPARISON_CHARACTERS = 65_536;

/** Milliseconds that two policies are compared for, the start of the thread among them; a hundred rules take some 60. */
export const COMPARISON_MS = 5_000;

/** Comparisons at once: one runs, the others wait for it, and whoever saves waits with them. */
export const COMPARISONS_WAITING = 4;

/** Megabytes of memory of one comparison. */
export const COMPARISON_MEMORY_MB = 256;
