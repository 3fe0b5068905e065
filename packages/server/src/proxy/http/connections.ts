import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { JsonObject } from '@boomgate/engine';
import type { Opened } from '../opened.ts';
import { type IsOwn, ownText } from '../own-text.ts';
import type { Session } from '../session.ts';
import type { SessionStates } from '../session-states.ts';
import type { SessionFeeds, StreamEnd } from '../streams/index.ts';
import { type Address, messageAddress } from './address.ts';
import { EventStream } from './event-stream.ts';
import type { WayBack } from './exchange.ts';
import { eventText } from './sse.ts';

/** Bytes of the id with which an agent finds its stream again; nobody guesses it. */
const ID_BYTES = 32;

type ConnectionOptions = {
  readonly opened: Opened;
  /** Slug of the server, empty for a stack. */
  readonly place: string;
  readonly sessions: SessionFeeds;
  readonly states: SessionStates;
  /** Whether the messages to an id come to this process; absent: all do. */
  readonly isOwn?: IsOwn | undefined;
  /** An answer was written to the stream. */
  readonly onAnswered: () => void;
};

/**
 * An agent on the transport of 2024-11-05: it posts its messages, and everything for it travels on one stream, which is
 * its session. A call that is under way when the stream closes goes on to its end, as everywhere in this era (P §3.6).
 */
export class Connection {
  readonly id: string;
  readonly grantId: string;
  readonly place: string;
  readonly #options: ConnectionOptions;
  #opened: Opened;
  #stream: EventStream | undefined;
  #session: Session | undefined;
  #leaveSession: (() => void) | undefined;
  #underWay = 0;
  #isEnding = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.id = ownText(options.isOwn ?? (() => true), () => randomBytes(ID_BYTES).toString('base64url'));
    this.#opened = options.opened;
    this.grantId = options.opened.grant.id;
    this.place = options.place;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /** It takes no further messages. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Begins the stream with the address to post to; the signal tells when it is over. */
  begin(
    response: ServerResponse,
    { address, basePath }: { basePath: string; address: Address },
  ): AbortSignal {
    const own = messageAddress(basePath, address, this.id);
    const stream = new EventStream(response, eventText(own, 'endpoint'));
    this.#stream = stream;
    return stream.closed;
  }

  /** What the agent is told now; the handshake decides which session that is. */
  take(session: Session): void {
    const stream = this.#stream;
    if (stream === undefined || stream.closed.aborted) return;
    this.#forgetSession();
    this.#session = session;
    const outlet = { send: stream.notify.bind(stream), end: () => this.end('closed') };
    this.#leaveSession = this.#options.sessions.open(session, { outlet, opened: this.#opened });
  }

  follow(opened: Opened): void {
    this.#opened = opened;
    if (this.#session !== undefined) this.#options.sessions.follow(this.#session, opened);
  }

  outdated(): void {
    if (this.#session !== undefined) this.#options.sessions.outdated(this.#session);
  }

  /** At once, unless the gateway stops: then the answers to what is under way still come. */
  end(why: StreamEnd): void {
    this.#isEnding = true;
    if (why === 'closed' || this.#underWay === 0) this.#stream?.end();
  }

  /** The stream is over. The session went with it: nobody else knows its id. */
  close(): void {
    this.#isEnding = true;
    this.#forgetSession();
  }

  /** Works on a message and sends what it comes to. */
  async answer(work: (way: WayBack) => Promise<readonly JsonObject[]>): Promise<void> {
    const stream = this.#stream;
    if (stream === undefined) return;
    this.#underWay += 1;
    try {
      for (const message of await work(wayBackOn(stream))) stream.send(message);
      this.#options.onAnswered();
    } finally {
      this.#underWay -= 1;
      if (this.#isEnding && this.#underWay === 0) stream.end();
    }
  }

  #forgetSession(): void {
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined) return;
    this.#leaveSession?.();
    this.#options.sessions.forget(session);
    this.#options.states.forget(session);
  }
}

/** Everything for the agent is on the one stream, so that there is no other way to wait for. */
function wayBackOn(stream: EventStream): WayBack {
  return {
    acceptsStream: true,
    closed: stream.closed,
    expectDelay: () => undefined,
    onceStreaming: () => undefined,
    question: (message) => stream.send(message),
    notify: (message) => stream.notify(message),
  };
}

/** The open connections by their id. */
export class Connections {
  readonly #open = new Map<string, Connection>();

  add(connection: Connection): void {
    this.#open.set(connection.id, connection);
  }

  remove({ id }: Connection): void {
    this.#open.delete(id);
  }

  /** Only for the grant that opened it, at the place where it did. */
  find(
    id: string | undefined,
    whose: { readonly grantId: string; readonly place: string },
  ): Connection | undefined {
    const found = id === undefined ? undefined : this.#open.get(id);
    return found?.grantId === whose.grantId && found.place === whose.place ? found : undefined;
  }
}
