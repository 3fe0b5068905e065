import type { ServerResponse } from 'node:http';
import type { JsonObject } from '@boomgate/engine';
import {
  ANSWER_STALL_MS,
  KEEP_ALIVE_MS,
  STREAM_AFTER_MS,
  UNREAD_ANSWER_BYTES,
  UNREAD_NOTIFICATION_BYTES,
} from '../../limits/index.ts';
import { COMMENT, eventText, STREAM_HEADERS } from './sse.ts';

/** How messages reach an agent ahead of the answer to its request. */
export type WayBack = Pick<
  Exchange,
  'acceptsStream' | 'closed' | 'expectDelay' | 'onceStreaming' | 'question' | 'notify'
>;

/**
 * The way back to the agent for one HTTP request: one JSON message, or a stream as soon as something has to be said
 * before the answer (P §3.8).
 */
export class Exchange {
  /** Aborted when the agent's connection closed before the answer was sent. */
  readonly closed: AbortSignal;
  readonly #response: ServerResponse;
  readonly #acceptsStream: boolean;
  readonly #onStreaming: (() => void)[] = [];
  #streaming = false;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, acceptsStream: boolean) {
    this.#response = response;
    this.#acceptsStream = acceptsStream;
    const controller = new AbortController();
    this.closed = controller.signal;
    response.on('close', () => {
      clearTimeout(this.#keepAlive);
      if (!response.writableFinished) controller.abort();
    });
  }

  /** Answers as a stream if the answer takes long, so that comments keep the connection alive. */
  expectDelay(): void {
    if (this.#acceptsStream) this.#keepAlive = setTimeout(() => this.#comment(), STREAM_AFTER_MS).unref();
  }

  /** Whether anything can be said before the answer. */
  get acceptsStream(): boolean {
    return this.#acceptsStream;
  }

  /** Sends a question ahead of the answer; false when the agent takes no stream, is gone, or has stopped reading. */
  question(message: JsonObject): boolean {
    return this.#response.writableLength <= UNREAD_ANSWER_BYTES && this.#say(message);
  }

  /** Sends a notification ahead of the answer; false when the agent takes no stream, or does not read what was sent. */
  notify(message: JsonObject): boolean {
    return this.#response.writableLength <= UNREAD_NOTIFICATION_BYTES && this.#say(message);
  }

  /** Told when the answer becomes a stream, on which other things can be said too; each request of a batch is. */
  onceStreaming(begun: () => void): void {
    this.#onStreaming.push(begun);
  }

  /** Sends the answer and ends the exchange; `status` counts only when no stream has begun. */
  answer(status: number, body: string | undefined, headers: Readonly<Record<string, string>> = {}): void {
    clearTimeout(this.#keepAlive);
    const response = this.#response;
    if (response.destroyed || response.writableEnded) return;
    if (this.#streaming) {
      response.end(body === undefined ? undefined : eventText(body));
    } else if (body === undefined) {
      response.writeHead(status, { 'content-length': 0, ...headers }).end();
    } else {
      const length = Buffer.byteLength(body);
      response.writeHead(status, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'content-length': length,
        ...headers,
      });
      response.end(body);
    }
    // Node closes a connection on which nothing could be written for that long; its next request has no such limit.
    if (response.writableLength > 0) response.socket?.setTimeout(ANSWER_STALL_MS);
  }

  #say(message: JsonObject): boolean {
    if (!this.#acceptsStream || this.closed.aborted || this.#response.writableEnded) return false;
    this.#startStream();
    this.#response.write(eventText(JSON.stringify(message)));
    return true;
  }

  #startStream(): void {
    if (this.#streaming) return;
    this.#streaming = true;
    this.#response.writeHead(200, STREAM_HEADERS);
    this.#scheduleComment();
    // Comments are written more often than this, so that only a connection that takes nothing is closed.
    this.#response.socket?.setTimeout(ANSWER_STALL_MS);
    for (const begun of this.#onStreaming) begun();
  }

  #scheduleComment(): void {
    clearTimeout(this.#keepAlive);
    this.#keepAlive = setTimeout(() => this.#comment(), KEEP_ALIVE_MS).unref();
  }

  #comment(): void {
    if (this.closed.aborted || this.#response.writableEnded) return;
    this.#startStream();
    this.#response.write(COMMENT);
    this.#scheduleComment();
  }
}
