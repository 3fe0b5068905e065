import type { ServerResponse } from 'node:http';
import type { JsonObject } from '@boomgate/engine';
import {
  ANSWER_STALL_MS,
  KEEP_ALIVE_MS,
  UNREAD_ANSWER_BYTES,
  UNREAD_NOTIFICATION_BYTES,
} from '../../limits/index.ts';
import { COMMENT, eventText, STREAM_HEADERS } from './sse.ts';

/** A stream that is no answer to one request: it lasts until the agent closes it, or the gateway ends it. */
export class EventStream {
  /** Aborted when the stream is over, however it ended. */
  readonly closed: AbortSignal;
  readonly #response: ServerResponse;
  #keepAlive: NodeJS.Timeout;

  /** Begins the stream, so that the agent knows at once that it is open. */
  constructor(response: ServerResponse, first: string = COMMENT) {
    this.#response = response;
    const controller = new AbortController();
    this.closed = controller.signal;
    response.once('close', () => {
      clearInterval(this.#keepAlive);
      controller.abort();
    });
    response.writeHead(200, STREAM_HEADERS);
    response.write(first);
    this.#keepAlive = setInterval(() => this.#write(COMMENT), KEEP_ALIVE_MS).unref();
    // Comments are written more often than this, so that only a connection that takes nothing is closed.
    response.socket?.setTimeout(ANSWER_STALL_MS);
  }

  /** Sends something that may be left out; false when the agent is gone or does not read what was sent. */
  notify(message: JsonObject): boolean {
    if (this.#response.writableLength > UNREAD_NOTIFICATION_BYTES) return false;
    return this.#write(eventText(JSON.stringify(message)));
  }

  /** Sends something that the agent waits for. One that lets too much gather is cut off. */
  send(message: JsonObject): boolean {
    if (this.#response.writableLength > UNREAD_ANSWER_BYTES) {
      this.#response.destroy();
      return false;
    }
    return this.#write(eventText(JSON.stringify(message)));
  }

  end(): void {
    if (!this.#response.writableEnded) this.#response.end();
  }

  #write(text: string): boolean {
    if (this.closed.aborted || this.#response.writableEnded) return false;
    this.#response.write(text);
    return true;
  }
}
