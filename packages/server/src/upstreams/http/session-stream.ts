import { HEALTHY_STREAM_MS, STREAM_HEAD_MS } from '../bounds.ts';
import { within } from '../clock.ts';
import type { UnderWay } from '../conversation/under-way.ts';
import { ENDLESS } from '../egress.ts';
import type { SideStream } from '../legacy/session-state.ts';
import { readMessage } from '../read-answer.ts';
import { answerServerRequest } from '../server-messages.ts';
import { readEvent } from '../watch/events.ts';
import { exchange, type Reply } from './exchange.ts';
import type { HttpChannelOptions } from './options.ts';
import { streamHeaders } from './request-headers.ts';
import { type SessionName, sessionHeaders, tell } from './within-session.ts';

type Open = {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  readonly ready: Promise<void>;
  users: number;
};

export type SessionStreamOptions = HttpChannelOptions & {
  readonly underWay: UnderWay;
  /** Whether a request within the session is taken. */
  readonly isKnown: () => Promise<boolean>;
  /** The server does not know the session any more. */
  readonly onLost: () => void;
};

/** The `GET` stream of one legacy session (P §3.5), opened for its first user and closed with its last. */
export class SessionStream {
  readonly #options: SessionStreamOptions;
  readonly #session: SessionName;
  #open: Open | undefined;
  #kept: Promise<void> | undefined;

  constructor(options: SessionStreamOptions, session: SessionName) {
    this.#options = options;
    this.#session = session;
  }

  /**
   * Is a user of it until the session is over: what a server asks beside the answers to its calls comes here. One that ended is
   * opened again by the next call, unless it ended at once: such a server asks nothing there.
   */
  keep(): Promise<void> {
    this.#kept ??= this.#keep();
    return this.#kept;
  }

  async #keep(): Promise<void> {
    const { clock } = this.#options;
    const openedAtMs = clock.now();
    const { ended } = await this.use();
    void ended.then(() => {
      if (clock.now() - openedAtMs >= HEALTHY_STREAM_MS) this.#kept = undefined;
    });
  }

  /** Resolves when the server answered, or when that took so long that it may never. */
  async use(): Promise<SideStream> {
    const open = this.#open ?? this.#get();
    open.users += 1;
    const { clock } = this.#options;
    await within(open.ready, { clock, ms: STREAM_HEAD_MS, late: undefined });
    let isUsed = true;
    const close = () => {
      if (!isUsed) return;
      isUsed = false;
      open.users -= 1;
      if (open.users === 0) this.#close(open);
    };
    return { ended: open.ended, close };
  }

  /** The session is over. */
  end(): void {
    if (this.#open !== undefined) this.#close(this.#open);
  }

  #close(open: Open): void {
    if (this.#open === open) this.#open = undefined;
    open.abort.abort();
  }

  #get(): Open {
    const { egress, clock } = this.#options;
    const abort = new AbortController();
    const ready = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const open: Open = { abort, ready: ready.promise, ended: ended.promise, users: 0 };
    const headers = sessionHeaders(streamHeaders(egress), this.#session);
    const request = { method: 'GET', headers, body: null, ...ENDLESS } as const;
    const onEvent = ({ data }: { readonly data: string }) => this.#read(data);
    const { signal } = abort;
    void exchange(egress.streams, request, { clock, signal, onEvent, onOpen: ready.resolve }).then(
      async (reply) => {
        ready.resolve();
        // Servers that serve POST alone answer 404 to every GET, whatever the session.
        const isGone = mayBeLost(reply, this.#session) && !(await this.#options.isKnown());
        if (isGone) this.#options.onLost();
        // Where there is no such stream, nothing ends: announcements come with the answers of calls.
        else if (isAbsent(reply)) return;
        if (this.#open === open) this.#open = undefined;
        ended.resolve();
      },
    );
    this.#open = open;
    return open;
  }

  #read(text: string): void {
    const read = readMessage(text);
    if (!read.ok || this.#options.underWay.take(read.message)) return;
    const event = readEvent(read.message);
    if (event !== undefined) this.#options.events.onEvent(event);
    // What no call can have caused is asked of nobody (P §3.4).
    const answer = answerServerRequest(read.message);
    if (answer !== undefined) void tell(this.#options, this.#session, answer);
  }
}

/** Refusals that may pass: a stream of before that the server still takes as open, or a server that is busy. */
const passing = new Set([408, 409, 425, 429]);

function isAbsent(reply: Reply): boolean {
  if (reply.kind === 'failing') return false;
  return reply.status >= 400 && reply.status < 500 && !passing.has(reply.status);
}

function mayBeLost(reply: Reply, session: SessionName): boolean {
  return reply.kind !== 'failing' && reply.status === 404 && session.id !== undefined;
}
