/** Processes that answer agents: beyond it the one that writes is what all of them wait for. */
export const MAX_WORKERS = 64;

/** Milliseconds in which a process has to hear of a change; one that has not lets nothing through until it has (revocation ≤ 1 s). */
export const NEWS_MS = 1_000;

/** Milliseconds that the first processes get to start, on a machine that is busy. */
export const WORKERS_START_MS = 60_000;

/** Milliseconds until a process that died is replaced: at once, then, while new ones do not last, twice as long each time. */
export const REPLACE_MS = 100;
export const REPLACE_MS_MAX = 10_000;
/** Milliseconds after which a process is said to have lasted. */
export const LASTED_MS = 10_000;

/**
 * Milliseconds between looks whether processes answer: one that has not answered the last one by then gets no new connections. After so many
 * looks it is ended, and replaced: half a minute.
 */
export const STANDSTILL_LOOK_MS = 1_000;
export const STANDSTILL_LOOKS = 30;

/** Milliseconds that a request waits for its home while that is being replaced, and between looks for it. */
export const HOME_MS = 5_000;
export const HOME_LOOK_MS = 25;

/** Connections that wait for a process while there is none. */
export const MAX_UNTAKEN = 1_024;

/** Milliseconds beyond the grace of requests after which a process that does not stop is ended. */
export const STOP_MS = 5_000;
