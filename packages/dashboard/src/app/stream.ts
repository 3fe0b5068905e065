import { createParser } from 'eventsource-parser';

/** One event of a stream of the API; `data` as it was read from JSON. */
export type StreamEvent = { readonly name: string; readonly data: unknown };

/**
 * How a stream is: not open yet · told as it happens · interrupted, and tried again · closed while nobody looks · over for good,
 * as whoever reads may not any more.
 */
export type Line = 'connecting' | 'live' | 'cut_off' | 'resting' | 'ended';

/** What a stream needs of its surroundings; a test gives its own. */
export type Surroundings = {
  readonly fetch: (address: string, init: RequestInit) => Promise<Response>;
  /** Resolves after so many milliseconds, or when the signal says so. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
};

type StreamOptions = {
  readonly address: string;
  /** The place behind which it begins; empty for what happens from now on. */
  readonly lastEventId: string;
  /** With the place behind which a later stream goes on. */
  readonly onEvent: (event: StreamEvent, lastEventId: string) => void;
  readonly onLine: (line: Line) => void;
};

/** Milliseconds before the first try after an interruption; each further one waits twice as long, up to the most. */
export const FIRST_WAIT_MS = 1_000;
export const MOST_WAIT_MS = 30_000;
/** Milliseconds without a byte after which a stream counts as dead: three times what the gateway keeps it alive by. */
export const SILENT_MS = 45_000;
/** Characters of one event before it is given up: a decision with the longest trace is far below. */
const EVENT_LENGTH_MAX = 4 * 1024 * 1024;

/**
 * Reads a stream of server-sent events until the signal says so, and goes on behind the last event after every interruption.
 * By `fetch`, as an `EventSource` can neither begin behind a place nor tell why it was refused. Resolves when it is over.
 */
export async function follow(
  options: StreamOptions,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  let lastEventId = options.lastEventId;
  options.onLine('connecting');
  for (let failures = 0; !signal.aborted; ) {
    const attempt = await read({ ...options, lastEventId }, surroundings, signal);
    if (signal.aborted) return;
    if (attempt.isRefused) return options.onLine('ended');
    ({ lastEventId } = attempt);
    failures = attempt.wasLive ? 0 : failures + 1;
    options.onLine('cut_off');
    await surroundings.wait(waitMs(failures, attempt.retryAfterMs, surroundings.random()), signal);
  }
}

/** Doubles with each failure, spread by a quarter, so that a restarted gateway is not asked by everybody at once. */
export function waitMs(failures: number, retryAfterMs: number, random: number): number {
  const doubled = Math.min(FIRST_WAIT_MS * 2 ** Math.max(failures - 1, 0), MOST_WAIT_MS);
  return Math.max(retryAfterMs, doubled * (1 + random / 4));
}

type Attempt = {
  readonly lastEventId: string;
  /** It was open: what interrupts it later is no sign that the next try fails. */
  readonly wasLive: boolean;
  /** Whoever asks may not read it any more. */
  readonly isRefused: boolean;
  readonly retryAfterMs: number;
};

/** One connection, until it ends in whatever way. */
async function read(
  { address, lastEventId, onEvent, onLine }: StreamOptions,
  { fetch, wait }: Surroundings,
  signal: AbortSignal,
): Promise<Attempt> {
  const attempt = { lastEventId, wasLive: false, isRefused: false, retryAfterMs: 0 };
  const silence = new AbortController();
  const parser = createParser({
    maxBufferSize: EVENT_LENGTH_MAX,
    onError: ({ type }) => type === 'max-buffer-size-exceeded' && silence.abort(),
    onEvent: ({ data, event, id = attempt.lastEventId }) => {
      attempt.lastEventId = id;
      const read = { name: event ?? 'message', data: JSON.parse(data) as unknown };
      attempt.isRefused ||= isLastWord(read);
      onEvent(read, id);
    },
  });
  try {
    const response = await fetch(address, {
      cache: 'no-store',
      headers: {
        accept: 'text/event-stream',
        ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }),
      },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || response.body === null)
      return { ...attempt, ...refusalOf(response), ...(response.status === 422 ? NO_PLACE : {}) };
    attempt.wasLive = true;
    onLine('live');
    const heard = watchdog(wait, silence);
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      heard();
      parser.feed(decoder.decode(part.value, { stream: true }));
    }
  } catch {
    // Whatever broke, the next try tells.
  } finally {
    silence.abort();
  }
  return attempt;
}

/** The log ends before the place, as it was restored: what comes is shown from now on. */
const NO_PLACE = { lastEventId: '' } as const;

function refusalOf({ headers, status }: Response): Pick<Attempt, 'isRefused' | 'retryAfterMs'> {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return {
    isRefused: status === 401 || status === 403,
    retryAfterMs: Number.isFinite(seconds) ? Math.min(seconds * 1_000, MOST_WAIT_MS) : 0,
  };
}

/** The gateway ends the stream for good: whoever reads it was signed out or lost the right. */
function isLastWord({ data, name }: StreamEvent): boolean {
  return name === 'end' && (data as { readonly reason?: string }).reason === 'no_longer_allowed'; // a cast: the contract's shape
}

/** Breaks the connection when nothing was heard for too long; to be called whenever something was. */
function watchdog(wait: Surroundings['wait'], silence: AbortController): () => void {
  let turn = new AbortController();
  const heard = () => {
    turn.abort();
    turn = new AbortController();
    const isOver = AbortSignal.any([turn.signal, silence.signal]);
    void wait(SILENT_MS, isOver).then(() => !isOver.aborted && silence.abort());
  };
  heard();
  return heard;
}
