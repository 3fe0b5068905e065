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

/** Of these, how many are made before it is looked again whether there are too many: fewer than go at one time. */
export const UNPROVEN_AT_ONCE = 50;

/** Bytes of a request to register a client, and characters of one for consent: real ones have some five hundred of the one, and a thousand of the other. */
export const REGISTRATION_BYTES = 8_192;
export const AUTHORIZATION_LENGTH_MAX = 8_192;

/** Refresh tokens that a sign-in may use up at once, and further ones for each minute: an agent needs one an hour. */
export const REFRESHES_AT_ONCE = 100;
export const REFRESHES_PER_MINUTE = 1;

/** Documents of clients that are read at once, of all who ask. */
export const CLIENT_DOCUMENTS_AT_ONCE = 16;

/** Bytes of the document in which a client describes itself; real ones have less than two thousand. */
export const CLIENT_DOCUMENT_BYTES = 16_384;

/** Milliseconds in which it has to come: somebody waits in a browser. */
export const CLIENT_DOCUMENT_MS = 5 * SECOND_MS;

/** Characters that are shown of a name that an agent's program gives itself. */
export const CLIENT_NAME_LENGTH_MAX = 100;

/** Bytes of a request to exchange the token of a workload: clusters with many groups have tokens of some kilobytes. */
export const EXCHANGE_BYTES = 32 * 1024;

/** Tokens of one issuer that are looked at at the same time, or wait for its keys: the jobs of a build begin together, and anybody may send some. */
export const WORKLOADS_AT_ONCE = 250;

/** Milliseconds that a workload whose token is good waits for its access behind others: so many as may come at once need two seconds of it. */
export const EXCHANGE_WAIT_MS = 5_000;

/** Milliseconds in which the same warning of what anybody can cause is written once, and how many different ones are. */
export const WARNINGS_MS = 600_000;
export const WARNINGS_KEPT = 20;

/** Characters of a workload's subject, and of what a rule says of it. */
export const WORKLOAD_TEXT_MAX = 1_024;

/** Issuers of workloads, and rules of one grant: more than anybody has. */
export const WORKLOAD_ISSUERS_MAX = 20;
export const WORKLOAD_RULES_MAX = 50;

/** Milliseconds after it was made that a provider's word for an agent counts at the most: each is remembered as long. They are good for five minutes where Okta makes them. */
export const ASSERTION_MS = 10 * MINUTE_MS;

/** Programs of one provider that may come in by its word: more than anybody has. */
export const VOUCHED_CLIENTS_MAX = 50;

/** Characters of a proof that a token's key signed (DPoP): the key and the signature of RSA with 4,096 bits need some 2,000. */
export const PROOF_LENGTH_MAX = 4_096;

/** How old a proof may be whose client has no nonce; and how much its clock may be ahead. Clocks that are off by more need a nonce. */
export const PROOF_MS = 60_000;
export const PROOF_AHEAD_MS = 10_000;

/** How long a proof is remembered, so that it counts once: longer than the time and a nonce let it be good. */
export const PROOF_KEPT_MS = 120_000;

/** Proofs of one such time that a process remembers, of about 120 bytes each: 1,600 calls a second. It takes no more of them until then, of one grant as many as that leaves free at the most. */
export const PROOFS_KEPT = 200_000;

/** Keys that have proven a token and are held ready, of 5 KB each at the most: reading one costs as much as a signature. */
export const PROOF_KEYS_KEPT = 2_000;
