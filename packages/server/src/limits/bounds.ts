import type { ReadBounds } from '@boomgate/engine';

/** Bytes of one request body. Larger bodies are refused before they are parsed (gateway §2). */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Bytes of a larger body that still run out, unread: a sender that is cut off meanwhile never reads why it was refused. */
export const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
/** Bytes of what a body may have for each chunk that it may come in: those of a byte cost much more to read than they hold. */
export const BODY_CHUNK_BYTES = 256;

/** What a request may contain at most, unless its server is set to pass big numbers (gateway §3). */
export const INGRESS_BOUNDS: ReadBounds = {
  maxDepth: 64,
  maxItems: 10_000,
  maxStringLength: 1024 * 1024,
  bigNumbers: 'refuse',
};

/** Bytes of all request headers; Node's own default, stated because sealed session ids travel in one. */
export const MAX_HEADER_BYTES = 16 * 1024;

/** Characters of a tool name, prompt name or method; longer ones name nothing that is offered. */
export const MAX_NAME_LENGTH = 256;

/**
 * Characters of the names of a call's arguments together. The log keeps them, and whoever reads it has some hundreds of rows at once;
 * tools that take whatever is named have a tenth of it.
 */
export const MAX_ARGUMENT_NAMES = 32_768;

/** Characters of a resource URI. */
export const MAX_URI_LENGTH = 8_192;

/** Characters kept of each part of the agent's self-reported name and version. */
export const MAX_CLIENT_TEXT = 128;

/** Characters kept of what does not fit in a result: it may name members, and their names come from the server. */
export const MAX_RESULT_FAULT = 256;

/** Characters kept of which secrets were seen: it names members, and whoever sent them named those. */
export const MAX_SECRETS_SEEN = 256;

/** Requests of one grant that are under way at once (gateway §5). */
export const MAX_IN_FLIGHT_PER_GRANT = 1_000;

/** Requests of agents that are begun in one turn of the event loop: beyond it a larger group saves nothing worth the delay of others. */
export const REQUESTS_BEGUN_IN_A_TURN = 32;

/**
 * Milliseconds since the last request was begun for which none is in a turn in which a connection was accepted. A turn accepts one, and there may
 * be more of them: who comes anew would wait for seconds behind agents that are there.
 */
export const NEW_CONNECTIONS_FIRST_MS = 10;

/** Requests that wait to be begun when connections are no longer read ahead: what waits costs memory, and its collection the time of calls. */
export const REQUESTS_READ_AHEAD = 256;

/** Milliseconds that the first of those that are not begun has waited when further ones are refused: agents call again, or elsewhere, sooner. */
export const OVERLOAD_WAIT_MS = 1_000;

/** Seconds in `Retry-After` of such a refusal, for which its connection is not read. */
export const OVERLOAD_RETRY_S = 3;

/** Elements of a JSON-RPC batch, which only sessions of revision 2025-03-26 may send. */
export const MAX_BATCH = 100;

/** Milliseconds after which a silent call is answered as a stream, so that comments can keep it alive. */
export const STREAM_AFTER_MS = 5_000;

/** Milliseconds between keep-alive comments on an open stream. */
export const KEEP_ALIVE_MS = 15_000;

/** Items on one page of a list: more than nearly every server has, as some clients read only the first page. */
export const PAGE_ITEMS = 1_000;

/** Milliseconds that a client may keep a list; short, so that a policy edit shows (P §1.7). */
export const LIST_TTL_MS = 30_000;

/** Milliseconds that a sealed session id is good for. */
export const SESSION_LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;

/** Milliseconds that requests under way get to finish when the gateway stops. */
export const SHUTDOWN_GRACE_MS = 25_000;

/**
 * Access tokens of one grant that hold at once: more than there are agents that sign in with one grant, and few enough that its row, which
 * is written and told whole, stays small.
 */
export const ACCESS_TOKENS_OF_GRANT = 100;

/** Milliseconds between looks for grants that another process changed; a revocation counts within a second (gateway §1). */
export const GRANT_POLL_MS = 250;

/** Milliseconds from a connection, or the first byte of its next request, to the end of a request's headers; a slow sender is cut off there. */
export const HEADERS_MS = 10_000;

/**
 * Milliseconds that a connection may wait for its next request. Longer than proxies keep theirs (nginx 60 s, Traefik 90 s, Caddy 120 s,
 * balancers of clouds up to 600 s), so that it is they who end it: what they send in the moment in which we do is lost, and a call is not
 * sent again.
 */
export const IDLE_CONNECTION_MS = 620_000;

/** Milliseconds in which a whole request must arrive: the largest body at some 140 KB/s. */
export const REQUEST_MS = 30_000;

/** Connections at once; beyond it idle ones are closed and new ones are not taken. Ten thousand held calls fit. */
export const MAX_CONNECTIONS = 16_384;

/**
 * Connections of one network at once (case N-02): three quarters of all, so that no one takes the last place of the others; beyond
 * it the one that waits longest for its next request gives way. Agents of a machine have one address, and so have all of those behind a
 * proxy, so that it cannot be few.
 */
export const MAX_CONNECTIONS_OF_NETWORK = 12_288;

/** Milliseconds without progress after which an agent that does not read its answer is cut off. */
export const ANSWER_STALL_MS = 30_000;

/** The part of the heap that large answers may take which agents have not read yet, though always so many bytes; smaller ones do not count. */
export const UNREAD_PART_OF_HEAP = 1 / 4;
export const UNREAD_LEAST_BYTES = 256 * 1024 * 1024;
export const LARGE_ANSWER_BYTES = 64 * 1024;

/** Milliseconds that the answers of one sender may take to be written in a turn of the event loop before the next of them waits. */
export const WRITING_IN_A_TURN_MS = 5;

/** Bytes that may wait for an agent to read them before further notifications are left out; never the answer. */
export const UNREAD_NOTIFICATION_BYTES = 1024 * 1024;

/** Milliseconds that an agent, and the person in front of it, get to answer a server's question (P §3.4). */
export const QUESTION_MS = 600_000;

/** Sessions whose own settings are remembered. */
export const MAX_SESSION_STATES = 10_000;

/** Questions that one session may have open: more than a person reads, fewer than a flood. */
export const MAX_QUESTIONS_PER_SESSION = 32;

/** Times that a server may ask for input before it must answer the request itself (P §3.4). */
export const MAX_INPUT_ROUNDS = 8;

/** States of such rounds that are known to be used; beyond it the older ones of a grant count as those of an earlier process. */
export const MAX_USED_STATES = 100_000;

/** Milliseconds that an agent of the newest revision gets to come back with the input that was asked for. */
export const ROUND_MS = 1_800_000;

/** The part of the heap that the bodies of all requests under way may take: each exists in up to eight forms at a time. */
export const BODIES_PART_OF_HEAP = 1 / 16;

/** The part of that which one grant may take, though always one largest body. */
export const BODIES_PART_OF_GRANT = 1 / 4;

/**
 * Of the thread's time, for bodies of one grant of more than so many characters: reading is an eighth to a third of what such a call takes.
 * Several megabytes a second come through within that, unless they are nothing but names.
 */
export const READING_BODIES = { part: 1 / 8, burstMs: 200, mostMs: 500 } as const;
export const SHORT_BODY = 16 * 1024;
/** Grants of which it is remembered; beyond it those that rest are forgotten. */
export const MAX_READING_GRANTS = 1_000;

/** A grant with more refused calls a second, for so many seconds, gets HTTP 429 until a second has fewer (gateway §5). */
export const REFUSALS_PER_SECOND = 100;
export const REFUSAL_SECONDS = 10;

/**
 * Requests without a valid grant that one network may send at once, and each second: a client whose grant ended tries again now and
 * then, an office behind one address has some of them. Beyond it they get HTTP 429, and no token of theirs is looked up anew.
 */
export const STRANGERS_AT_ONCE = 200;
export const STRANGERS_PER_SECOND = 20;

/** Networks of such requests that are counted at once; beyond it the one that was quiet for longest is forgotten. */
export const STRANGERS_KEPT = 10_000;

/**
 * Milliseconds in which refused requests of the same kind and sender leave one row in the audit log, and how many rows an
 * organisation gets in them: enough to see who tries what, and no flood. What is left out is counted, and told in a row at their end.
 */
export const REFUSED_MS = 600_000;
export const REFUSED_ROWS = 20;
/** Grants, keys and people of one organisation of which the first such row has room beside those. */
export const REFUSED_CREDENTIALS = 200;

/**
 * How long it is known that a token was presented from where its grant is not used, since it last was; and of how many tokens and networks. What comes
 * from there waits apart.
 */
export const ELSEWHERE_MS = 60_000;
export const ELSEWHERE_KEPT = 1_000;

/** Seconds in `Retry-After`: one whole second of silence lies within them. */
export const REFUSAL_RETRY_S = 2;

/** Milliseconds from the first sign of stopping to the end of accepting, so that busy agents leave their connections first. */
export const STOP_NOTICE_MS = 200;

/** Streams that agents of one grant hold open at once (gateway §5). */
export const MAX_STREAMS_PER_GRANT = 100;

/** Resources that one session or stream watches. */
export const MAX_SUBSCRIPTIONS = 1_000;

/** Characters of their URIs together, for one session or stream: they are held for as long as it is open. */
export const MAX_SUBSCRIBED_CHARACTERS = 256 * 1024;

/** The same for all sessions of a grant together. */
export const SUBSCRIBED_CHARACTERS_OF_GRANT = 8 * 1024 * 1024;

/** Milliseconds between announcements of the same thing on one stream; short beside the time that asking again takes. */
export const CHANGE_INTERVAL_MS = 100;

/** Milliseconds between tries to watch a server that could not be reached at all. */
export const WATCH_RETRY_MS = 10_000;

/** Milliseconds that the servers of a stack get to answer together once one of them has; longer, one that hangs would take the others with it. */
export const STACK_PATIENCE_MS = 1_500;

/** Unread bytes beyond which an agent has stopped reading: it is asked nothing more, and cut off where one stream has all that is for it. */
export const UNREAD_ANSWER_BYTES = 16 * 1024 * 1024;

/** Milliseconds for which a gateway goes on with what it knows, while it cannot look at what others changed: it may have stood still. */
export const STALE_MS = 5_000;
/** Milliseconds without a look after which it looks again before it judges (revocation ≤ 1 s). */
export const STOOD_STILL_MS = 1_000;
/** Milliseconds between two questions on a connection over which it hears of them: one that was forgotten on the way is silent for ever. */
export const FEED_ALIVE_MS = 10_000;

/** Milliseconds that a probe of a server may take: its connection, its handshake and its list; a person waits for the answer. */
export const PROBE_MS = 15_000;

/** Characters of the state of other tracers that go on (W3C Trace Context §3.3.1.5). */
export const TRACE_STATE_CHARACTERS = 512;
