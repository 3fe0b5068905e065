import { connect, type Socket } from 'node:net';

/** Where calls are sent, and the whole request as text. */
export type Door = { readonly port: number; readonly request: string };

/** `refused`: the gateway said that it has too much to do. */
export type Kind = 'ok' | 'refused' | 'failed';

type Listener = {
  /** A connection that may be used now, for the first time or again, after the time that an answer asked to wait. */
  readonly ready: (wire: Wire) => void;
  readonly answered: (wire: Wire, kind: Kind, text: string) => void;
  /** The other side closed it, or it could not be opened; `wasBusy` when an answer was awaited. */
  readonly closed: (wire: Wire, wasBusy: boolean) => void;
};

/** One connection over a raw socket, so that the driver costs little: one call at a time. */
export class Wire {
  readonly door: Door;
  /** Milliseconds by `performance.now` when the call was due, and when it was sent. */
  dueMs = 0;
  sentMs = 0;
  readonly #listener: Listener;
  readonly #socket: Socket;
  readonly #bytes: Buffer;
  #pending = '';
  #isBusy = false;
  #isClosed = false;

  constructor(door: Door, listener: Listener) {
    this.door = door;
    this.#listener = listener;
    this.#bytes = Buffer.from(door.request);
    this.#socket = connect(door.port, '127.0.0.1');
    this.#socket.setNoDelay(true).setEncoding('latin1');
    this.#socket.on('connect', () => listener.ready(this));
    this.#socket.on('data', (text: string) => this.#take(text));
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.#isClosed = true;
      listener.closed(this, this.#isBusy);
    });
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.#socket.writable;
  }

  send(dueMs: number): void {
    this.dueMs = dueMs;
    this.sentMs = performance.now();
    this.#isBusy = true;
    this.#socket.write(this.#bytes);
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    const answer = this.#pending === '' ? text : this.#pending + text;
    const headEnd = answer.indexOf('\r\n\r\n');
    if (headEnd < 0 || !isWhole(answer, headEnd + 4)) {
      this.#pending = answer;
      return;
    }
    this.#pending = '';
    this.#isBusy = false;
    this.#listener.answered(this, kindOf(answer), answer);
    const head = answer.slice(0, headEnd + 2);
    const waitSeconds = /\r\nretry-after: (\d+)\r\n/i.exec(head)?.[1];
    // One that the other side is about to close takes no further call.
    if (/\r\nconnection: close\r\n/i.test(head)) this.#socket.end();
    else if (waitSeconds === undefined) this.#listener.ready(this);
    else setTimeout(() => this.#listener.ready(this), Number(waitSeconds) * 1_000);
  }
}

/** An answer is whole when it has the length that it states or, as a stream, its last chunk. */
function isWhole(answer: string, bodyAt: number): boolean {
  const length = /content-length: (\d+)/i.exec(answer)?.[1];
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= bodyAt + Number(length);
}

/** Words of the refusals that mean: there is too much, come again. */
const BUSY = /too many (?:requests|bytes|calls)|records wait to be written/;

function kindOf(answer: string): Kind {
  const isSuccess =
    answer.startsWith('HTTP/1.1 200') && !answer.includes('"isError":true') && !answer.includes('"error":');
  if (isSuccess) return 'ok';
  return /^HTTP\/1\.1 (?:429|503)/.test(answer) || BUSY.test(answer) ? 'refused' : 'failed';
}
