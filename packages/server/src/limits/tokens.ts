import { SIGN_ON_ANSWER_MS } from './people.ts';

const MINUTE_MS = 60_000;

/** Milliseconds before its end at which a server's token is renewed: longer than a call is on its way. */
export const TOKEN_EARLY_MS = MINUTE_MS;

/** Milliseconds for which a token that a server refuses is not renewed again: one that is new is not refused for its age. */
export const TOKEN_NEW_MS = MINUTE_MS;

/** Milliseconds that a call waits for a token that somebody else renews. */
export const TOKEN_WAIT_MS = 2_000;

/** Milliseconds between two looks whether another replica has renewed a token. */
export const TOKEN_LOOK_MS = 50;

/** Milliseconds for which renewing a token is one process's: longer than an authorization server is waited for. */
export const TOKEN_LEASE_MS = SIGN_ON_ANSWER_MS + 5_000;

/** Milliseconds for which tokens that the store does not take are offered to it again, and between two tries: what they were got with is spent. */
export const TOKEN_KEPT_MS = MINUTE_MS;
export const TOKEN_KEEP_AGAIN_MS = 250;

/** Milliseconds that a token of a server is said to live at most: no server needs more, and it stays a time that stores and people can read. */
export const TOKEN_LIFE_MS = 10 * 365 * 24 * 60 * MINUTE_MS;

/** Milliseconds that a token of a server is used for at least, whatever is said of its life: each call would renew one that has none. */
export const TOKEN_LEAST_MS = 2_000;

/** Milliseconds after a renewal that failed until it is tried again. */
export const TOKEN_RETRY_MS = 5_000;

/** Scopes that are kept of those that a server missed in a token: with their length, few enough for the cookie of a sign-in. */
export const MISSING_SCOPES_MAX = 12;
