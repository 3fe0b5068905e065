/** Every quantity that a server could make too large, too many or too slow, with its unit and reason. */

import type { ReadingPace } from '../reading-turns.ts';
import type { ListingBounds } from './contract.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Bytes of one answer, or of one server-sent event: large results are legitimate, an endless one is not (gateway §6). */
export const ANSWER_BYTES = 64 * MIB;
/**
 * Nesting of an answer, its keys and items together, and its keys alone: room for a large table, none for what holds a thread up for more
 * than half a second. Keys that all differ take a parser ten times as long as items.
 */
export const ANSWER_DEPTH = 128;
export const ANSWER_ITEMS = 1_000_000;
export const ANSWER_KEYS = 300_000;
/** The part of the heap that answers may take while they come in, though always so many bytes, and the part of that for one server. */
export const ANSWERS_PART_OF_HEAP = 1 / 2;
export const ANSWERS_LEAST_BYTES = 4 * ANSWER_BYTES;
export const ANSWERS_PART_OF_SERVER = 1 / 2;
/** Bytes of an answer that do not count for that: with those of all connections to a server they are half of one large answer. */
export const UNCOUNTED_ANSWER_BYTES = 64 * KIB;
/** Characters of a short text, which takes some milliseconds at the most to read. */
export const SHORT_TEXT = 16 * KIB;
/**
 * How much of the thread's time each server gets. Servers whose agents call as fast as a gateway can need a fifth of this for short texts. One
 * that seemed to take longer was read on a machine that stood still.
 */
export const READING_SHORT: ReadingPace = { part: 1 / 3, burstMs: 300, mostMs: 10 };
/** After a text that took long the next long one waits twice as long as that took. */
export const READING_LONG: ReadingPace = { part: 1 / 3, burstMs: 30, mostMs: 2_000 };
/** Bytes of the body of an HTTP error, or of a body that is read only to keep the connection. */
export const ERROR_BODY_BYTES = MIB;
/** Connections to one server: above the 1,000 requests that one grant may have in flight only for slow answers. */
export const CONNECTIONS_PER_SERVER = 512;
/** Three quarters of them for one grant, which many agents may share: more slow calls than this wait while those of others go on. */
export const CONNECTIONS_OF_GRANT = 384;
/** Connections to one server for what is said beside calls, of which each says one thing at a time. */
export const CONNECTIONS_ASIDE = 512;
/** Connections to one server for streams without end: one of each session of each grant. Beyond it sessions have none. */
export const CONNECTIONS_OF_STREAMS = 1_024;
/** Requests that wait for one of these connections: beyond it a server is too slow for its agents, and they are told. */
export const WAITING_PER_SERVER = 2_048;
/** Milliseconds after which a call ends whatever the server still sends: progress prolongs a call, but not for ever. */
export const LONGEST_CALL_MS = 3_600_000;
/** Lines per second that one server may put into the gateway's log. */
export const LOG_LINES_PER_SECOND = 100;
/** Milliseconds that a stream may stay open after its answer before it is closed from here. */
export const STREAM_LINGER_MS = 1_000;
/** Notifications per second that one request may send on: more than a person reads, less than a flood. */
export const NOTIFICATIONS_PER_SECOND = 200;

/** Milliseconds for which the addresses of a name are asked for that a stranger gave: as long as its document may take. */
export const RESOLVE_ASIDE_MS = 5_000;

/** Interim answers (1xx) to one request: a server that says every few seconds of an hour that it works on it sends fewer. */
export const INTERIM_ANSWERS_MAX = 1_000;

/** Milliseconds that running requests get to finish when a connection is closed on purpose. */
export const DRAIN_MS = 2_000;
/** Milliseconds for an HTTP request that only says goodbye. */
export const GOODBYE_MS = 2_000;
/** Milliseconds after which an unused connection of a single grant is closed. */
export const GRANT_IDLE_MS = 600_000;

/** Milliseconds that a legacy verdict is believed: a stale one would hide an upgrade for ever (P §2.4). */
export const LEGACY_VERDICT_MS = 86_400_000;
/** Milliseconds that a process gets to answer the probe; silence means legacy (P §2.4). */
export const STDIO_PROBE_MS = 3_000;
/** Milliseconds between two probes that evidence against a verdict may cause. */
export const REPROBE_MS = 10_000;

/** Milliseconds that a listing or description is believed at most. */
export const LISTING_TTL_MS = 60_000;
/** Milliseconds between two fetches of one listing, whatever asks for them. */
export const LISTING_MIN_INTERVAL_MS = 2_000;
/** Milliseconds for which an old listing serves when a new one cannot be had. */
export const LISTING_STALE_MS = 600_000;
/** What a gateway takes of one list of a server, in items, bytes and pages: well above what agents can work with. */
export const LISTING_BOUNDS: ListingBounds = {
  tools: 2_000,
  others: 10_000,
  bytes: 8 * MIB,
  pages: 50,
  beyond: 'refuse',
};
/** Characters of a tool's name (P §1.5). */
export const TOOL_NAME_CHARACTERS = 128;
/** Characters of a prompt's name or of a resource's URI. */
export const ITEM_KEY_CHARACTERS = 8_192;
/** Nesting of a tool's schema that is searched for header annotations. */
export const SCHEMA_DEPTH = 64;
/** Header annotations in one tool, and characters of one header's value: servers refuse heads above 16 KiB. */
export const PARAM_HEADERS = 32;
export const PARAM_HEADER_CHARACTERS = 4_096;

/** Bytes of one line from a process (gateway §6). */
export const LINE_BYTES = 10 * MIB;
/** Bytes of one line on stderr that are kept. */
export const STDERR_LINE_BYTES = 8 * KIB;
/** Bytes that may wait for a process to read them. */
export const STDIN_QUEUE_BYTES = 16 * MIB;
/** Milliseconds that a process may leave its full stdin unread. */
export const STDIN_STALL_MS = 10_000;
/** Milliseconds after the exit of a process during which the rest of its output is still read. */
export const EXIT_DRAIN_MS = 200;
/** The same where its reader rested meanwhile, as it does behind long texts: some of its turns. */
export const EXIT_RESTED_MS = 15_000;
/** Milliseconds from the end of stdin to SIGTERM, and from there to SIGKILL (gateway §6). */
export const STDIN_END_GRACE_MS = 2_000;
export const SIGTERM_GRACE_MS = 3_000;
/** Milliseconds from SIGTERM to SIGKILL where a confined process used up its time. */
export const TERMINATE_GRACE_MS = 1_000;
/** Milliseconds between looks at the memory of confined processes: short beside the time that filling a gigabyte takes. */
export const MEMORY_POLL_MS = 100;
/** Rounds of looking for processes that left their group; some fork while they are looked for. */
export const STRAY_ROUNDS = 20;
/** Milliseconds that a system without /proc gets to list its processes. */
export const PS_MS = 5_000;

/** Milliseconds before a failed process starts again: the first wait, doubled up to the last (gateway §6). */
export const BACKOFF_FIRST_MS = 1_000;
export const BACKOFF_LAST_MS = 60_000;
/** A process that ends before this many milliseconds failed fast, and so many fast failures in a row stop it. */
export const FAST_FAILURE_MS = 10_000;
export const FAST_FAILURES = 5;
/** A process that lived for this many milliseconds is taken as healthy: its failures are forgotten. */
export const HEALTHY_MS = 60_000;
/** Milliseconds of backoff that a call waits out; beyond it fails at once. */
export const BACKOFF_PATIENCE_MS = 2_500;

/** Questions that a server may have open during one request: a form after another is usual, many at once are not. */
export const QUESTIONS_AT_ONCE = 16;
/** Milliseconds that a server gets after the handshake to answer a ping, ahead of which it asks what belongs to no call. */
export const SETTLING_MS = 2_000;
/** Milliseconds during which a call that was given up may still ask, so that no other call is taken for the asking one. */
export const AFTERMATH_MS = 60_000;
/** Milliseconds in which further questions join the first, so that the agent is asked once (P §3.4). */
export const PARK_GATHER_MS = 20;
/** Milliseconds that a parked exchange waits for its agent: a person fills a form in less (P §3.4). */
export const PARKED_MS = 600_000;
/** Parked exchanges of one server: each may hold one of its connections, of which calls keep the larger half. */
export const PARKED_PER_SERVER = 192;
/** A quarter of them for one grant: more forms than the people behind it fill at once, and others can be asked too. */
export const PARKED_OF_GRANT = 48;
/** Sets of capabilities for which a legacy server gets connections of their own; agents with others are not asked. */
export const CAPABILITY_SETS = 8;
/** Of those, how many one grant opens: its agents are of one kind or a few, and those of others declare something else. */
export const CAPABILITY_SETS_OF_GRANT = 3;

/** Resources that are watched over one connection. */
export const WATCHED_RESOURCES = 2_000;
/** Half of them for one grant, which are as many as one of its sessions may subscribe to. */
export const WATCHED_OF_GRANT = 1_000;
/** Milliseconds that a watcher waits to learn what is honoured; the connection is made all the same. */
export const WATCH_PATIENCE_MS = 5_000;
/** Milliseconds that a server has to end what it announced on before the next begins: one that does so says it at once, others never. */
export const WATCH_END_MS = 200;
/** Milliseconds that the head of a stream of announcements is waited for: some servers send it with their first event. */
export const STREAM_HEAD_MS = 1_000;
/** A stream of announcements that lived for so many milliseconds is healthy: it is opened again without waiting. */
export const HEALTHY_STREAM_MS = 10_000;

/** Attempts in a row, without an event between, to read on a stream that broke (P §3.5). */
export const RESUME_ATTEMPTS = 5;
/** Milliseconds before each, unless the server says otherwise, and the least and most that it may say. */
export const RESUME_WAIT_MS = 1_000;
export const RESUME_SHORTEST_WAIT_MS = 100;
export const RESUME_LONGEST_WAIT_MS = 60_000;
/** Milliseconds that an HTTP+SSE server gets to name its endpoint when it is probed for. */
export const SSE_PROBE_MS = 3_000;

/** Scopes that a server may miss in a token of the gateway, in one refusal and in all of one sign-in: more than a consent page shows. */
export const SCOPES_MISSED_MAX = 12;

/** Characters of such a scope; addresses of resources are the longest that are seen. */
export const SCOPE_LENGTH_MAX = 128;
