const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Milliseconds that a person may take to consent to an agent's sign-in: as long as at a sign-in provider. */
export const CONSENT_MS = 10 * MINUTE_MS;

/** Milliseconds in which an agent exchanges its code for tokens; it does so at once. */
export const AGENT_CODE_MS = MINUTE_MS;

/** Milliseconds that an access token of an agent lives. It is looked up at every request, so that its age protects against copies alone. */
export const ACCESS_TOKEN_MS = 60 * MINUTE_MS;

/** Milliseconds that an agent may stay away and still come back by itself: over a long holiday. */
export const REFRESH_TOKEN_MS = 30 * DAY_MS;

/** Milliseconds that a client which registered itself is kept without anybody's consent. */
export const CLIENT_MS = DAY_MS;

/** Clients nobody consented to, and requests for consent, that are kept at once, each; whoever makes more crowds out the oldest. */
export const UNPROVEN_MAX = 10_000;

/** Bytes of the document in which a client describes itself; real ones have less than two thousand. */
export const CLIENT_DOCUMENT_BYTES = 16_384;

/** Milliseconds in which it has to come: somebody waits in a browser. */
export const CLIENT_DOCUMENT_MS = 5 * SECOND_MS;

/** Characters that are shown of a name that an agent's program gives itself. */
export const CLIENT_NAME_LENGTH_MAX = 100;
