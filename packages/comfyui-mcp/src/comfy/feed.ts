import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { MAX_FRAME_BYTES, RECONNECT_MS } from '../limits.ts';
import { type ComfyEvent, readFrame } from './events.ts';
import type { ComfyHttp } from './http.ts';

export type Listener = (event: ComfyEvent) => void;

/**
 * ComfyUI's WebSocket, open while somebody listens. ComfyUI tells of a job only to the socket whose id the job was
 * submitted with, and a second socket with an id displaces the first: so there is one id and one socket for all waits of
 * this process, never that of a job of somebody else. Whoever listens must also ask now and then: a feed may be silent.
 */
export class Feed implements AsyncDisposable {
  /** The id that jobs are submitted with, so that this feed is told of them. */
  readonly clientId: string = `boomgate-${randomUUID()}`;
  readonly #http: ComfyHttp;
  readonly #listeners = new Set<Listener>();
  #socket: WebSocket | undefined;
  #reopening: NodeJS.Timeout | undefined;

  constructor(http: ComfyHttp) {
    this.#http = http;
  }

  /** Calls `listener` for every message of ComfyUI until disposed. */
  listen(listener: Listener): Disposable {
    this.#listeners.add(listener);
    this.#open();
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(listener);
        if (this.#listeners.size === 0) this.#close();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear();
    this.#close();
  }

  #open(): void {
    if (this.#socket !== undefined || this.#reopening !== undefined) return;
    const { url, headers } = this.#http.webSocket(this.clientId);
    const socket = new WebSocket(url, {
      headers,
      maxPayload: MAX_FRAME_BYTES,
      handshakeTimeout: RECONNECT_MS,
    });
    this.#socket = socket;
    socket.on('message', (data, isBinary) => {
      // Binary frames are previews, which nobody looks at here.
      if (!isBinary) this.#tell(String(data));
    });
    // What is wrong with ComfyUI is told by the requests that stand beside this feed.
    socket.on('error', () => {});
    socket.on('close', () => this.#lost(socket));
  }

  #tell(text: string): void {
    const events = readFrame(text);
    for (const listener of this.#listeners) for (const event of events) listener(event);
  }

  #lost(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    if (this.#listeners.size === 0) return;
    this.#reopening = setTimeout(() => {
      this.#reopening = undefined;
      this.#open();
    }, RECONNECT_MS);
  }

  #close(): void {
    clearTimeout(this.#reopening);
    this.#reopening = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.terminate();
  }
}
