const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Milliseconds that a session lives without a request; a working day with its evening. */
export const SESSION_IDLE_MS = 12 * HOUR_MS;

/** Milliseconds that a session lives at all, so that a stolen one ends. */
export const SESSION_MS = 7 * DAY_MS;

/** Milliseconds between notes of when a session, or an API key, was used: to write with every request would cost more than it tells. */
export const USE_NOTE_MS = MINUTE_MS;

/** Milliseconds that an invitation can be accepted: over a weekend and a holiday. */
export const INVITATION_MS = 7 * DAY_MS;

/** Milliseconds that the set-up code of a start works. */
export const SETUP_CODE_MS = HOUR_MS;

/** Milliseconds that an answer is kept for its Idempotency-Key. */
export const KEPT_ANSWER_MS = DAY_MS;

/** Milliseconds that what was used once is kept beyond its time: a replica whose clock is ahead may not forget it earlier. */
export const SPENT_LONGER_MS = HOUR_MS;

/** Milliseconds in which such an answer is made; one whose gateway died meanwhile may then be made anew. */
export const ANSWER_MADE_MS = MINUTE_MS;

/** Characters of an Idempotency-Key; a UUID has 36. */
export const IDEMPOTENCY_KEY_LENGTH_MAX = 128;

/** Milliseconds over which attempts to prove a secret are counted, from the first one that failed. */
export const ATTEMPTS_MS = 15 * MINUTE_MS;

/** Attempts for one account in that time: a person who types badly, and some 500 guesses a day of a million codes. */
export const ATTEMPTS_PER_ACCOUNT = 5;

/** Attempts from one address in that time: an office behind one address. */
export const ATTEMPTS_PER_ADDRESS = 30;

/** Accounts and addresses that are counted at once; beyond it the oldest are forgotten. */
export const ATTEMPTS_KEPT = 50_000;

/** Passwords hashed at the same time: each takes 19 MiB, and a core that calls of agents need too. */
export const HASHES_AT_ONCE = 1;

/** Passwords that wait to be hashed, at some 35 ms each; beyond it the gateway says that it is busy. */
export const HASHES_WAITING = 64;

/** Bytes of a request body of the API; a policy document is the largest. */
export const MAX_API_BODY_BYTES = 1024 * 1024;

/** Recovery codes of an account. */
export const RECOVERY_CODES = 10;

/** Seconds of one step of TOTP (RFC 6238), which every authenticator knows, and the steps before and after that count. */
export const TOTP_STEP_S = 30;
export const TOTP_STEPS_AROUND = 1;

/** Milliseconds that somebody may take at their sign-in provider. */
export const SIGN_ON_MS = 10 * MINUTE_MS;

/** Milliseconds for one answer of a sign-in provider: its person waits before an empty page. */
export const SIGN_ON_ANSWER_MS = 10_000;

/** Seconds by which the clock of a sign-in provider may be ahead: some say from when on a token counts, and a gateway may be two minutes late. */
export const PROVIDER_AHEAD_S = 150;

/** Seconds that an ID token counts beyond its end, as it is shown the moment it is made. */
export const ID_TOKEN_LATE_S = 30;

/** Seconds around the moment at which it was made that a logout token counts at the most: providers try again for some minutes, clocks differ, and each token is remembered as long. */
export const LOGOUT_TOKEN_S = 60 * 60;

/**
 * Bytes of a body that anybody may send: a password, a passkey, a signed token of a sign-in provider. Thousands of them can be on their way
 * at once.
 */
export const PUBLIC_BODY_BYTES = 32 * 1024;

/** Logout tokens that are checked at the same time: each costs a signature, and anybody may send some. To count failures would let anybody keep a provider out. */
export const LOGOUTS_AT_ONCE = 16;

/** Bytes of one answer of a sign-in provider: tokens with many groups, or many keys. */
export const SIGN_ON_ANSWER_BYTES = 1024 * 1024;

/** Milliseconds that what a provider says of itself is believed without asking again. */
export const DISCOVERY_MS = HOUR_MS;

/** Milliseconds that a provider is left alone which did not answer as it should. */
export const DISCOVERY_FAILED_MS = 5_000;

/** Milliseconds that the link for a forgotten password works: long enough for slow mail. */
export const PASSWORD_LINK_MS = 30 * MINUTE_MS;

/** Passkeys of a person: some devices and their successors. */
export const PASSKEYS_PER_PERSON = 20;

/** Milliseconds that somebody may take to look for their key and touch it. */
export const PASSKEY_CEREMONY_MS = 5 * MINUTE_MS;

/** Streams of events that the people and scripts of one organisation hold open at once: some tabs of each of them. */
export const MAX_STREAMS_PER_ORGANIZATION = 50;

/** Milliseconds between looks of a stream for something new; a person does not notice them. */
export const STREAM_LOOK_MS = 250;

/** Milliseconds between looks whether a stream's reader may still read: it ends within a second of losing the right. */
export const STREAM_RIGHT_MS = 500;

/** Events that one look gives at most; the rest follows with the next. */
export const STREAM_EVENTS_AT_ONCE = 200;

/** Requests under way whose end a stream tells; beyond it the oldest are forgotten, which take long enough to be looked up. */
export const STREAM_UNFINISHED = 500;

/** Bytes that wait for a reader before it gets no more, and milliseconds after which it is sent away when it takes none. */
export const STREAM_UNREAD_BYTES = 256 * 1024;
export const STREAM_STALL_MS = 15_000;

/**
 * Requests of one person, or of one API key, that are worked at at once: a browser sends six. Those that wait for that, each of which is some
 * kilobytes; beyond it the gateway says that it is busy.
 */
export const REQUESTS_AT_ONCE = 8;
export const REQUESTS_WAITING = 256;

/** Exports under way, of all and of each person or key, and characters that are written at once. */
export const EXPORTS_AT_ONCE = 32;
export const EXPORTS_OF_ONE = 4;
export const EXPORT_CHUNK_CHARACTERS = 32 * 1024;

/** Milliseconds after which a reader of an export is cut off that takes nothing of it: it keeps a place. */
export const EXPORT_STALL_MS = 60_000;

/** Approvals that a stream follows at once: the newest that wait. */
export const STREAM_APPROVALS = 200;

/** Servers and active grants that an overview looks at: some tens of milliseconds of work, between which calls get their turn. */
export const OVERVIEW_SERVERS = 300;
export const OVERVIEW_GRANTS = 300;

/** Of each list of an overview, how many are told: as many as a person looks through. */
export const OVERVIEW_TOLD = 20;

/**
 * Milliseconds after each failure until a letter with a link is tried again: a mail server that knows nobody yet takes it minutes later (RFC 6647),
 * and all tries together end before a link for a forgotten password does.
 */
export const LATER_AGAIN_MS: readonly number[] = [
  30 * SECOND_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
];

/** Milliseconds that an invitation or an API key that is over is kept, for who looks what became of it. */
export const OVER_KEPT_MS = 90 * DAY_MS;

/** Letters that wait for another try; a mail server that is away for long is not met with more. */
export const LATER_KEPT = 200;

/** Entries that the directory of one provider has here at the most, those that it deleted among them: a large company, and its past. */
export const DIRECTORY_ENTRIES_MAX = 100_000;

/** Entries of a page that a directory asks for, unless it says how many, and at the most. */
export const DIRECTORY_PAGE = 100;
export const DIRECTORY_PAGE_MAX = 200;

/** Bytes of what a directory sends: one person, with attributes that nobody reads. */
export const DIRECTORY_BODY_BYTES = 64 * 1024;

/** Operations of one change that a directory sends: one for each attribute of a person. */
export const DIRECTORY_OPERATIONS_MAX = 100;

/** Characters of a text that a directory says; what is longer is refused of what people are known by, and otherwise left out. */
export const DIRECTORY_TEXT_MAX = 254;

/** How often a change is made anew because another one came before it. */
export const DIRECTORY_TRIES = 5;
