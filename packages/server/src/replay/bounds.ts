/** Requests that one replay or suggestion looks at; the newest of the period, where there are more. Each is some hundred bytes of memory. */
export const REPLAYED_MAX = 20_000;

/** Milliseconds that it reads the log. What was found by then is what is answered for. */
export const READING_MS = 10_000;

/** Rows that are read before other work has its turn. */
export const ROWS_IN_A_TURN = 100;

/** Milliseconds that calls are decided before other work has its turn. */
export const TURN_MS = 5;

/** Milliseconds that calls are decided, and half as long for those that are begun anew with. Each set of arguments that a policy tells apart takes some. */
export const DECIDING_MS = 10_000;

/** Milliseconds of log that are looked at unless a period is given: a week. */
export const PERIOD_MS = 7 * 86_400_000;
