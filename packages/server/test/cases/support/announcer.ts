import type { ServerResponse } from 'node:http';
import type { Received } from './stub.ts';

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';

/** The streams on which a server announces: those of modern listen requests, or that of a legacy session. */
export class Announcer {
  /** When each stream was opened, on the monotonic clock. */
  readonly openedMs: number[] = [];
  /** Streams are closed as soon as they are open. */
  isBroken = false;
  readonly #open = new Map<ServerResponse, object>();

  get isHeard(): boolean {
    return this.#open.size > 0;
  }

  openSession(response: ServerResponse): void {
    this.#begin(response, {});
  }

  listen({ message }: Received, response: ServerResponse): void {
    const _meta = { [SUBSCRIPTION]: message.id };
    this.#begin(response, { _meta });
    const { notifications = {} } = message.params ?? {};
    if (!this.isBroken)
      write(response, {
        method: 'notifications/subscriptions/acknowledged',
        params: { notifications, _meta },
      });
  }

  announce(method: string, params: object = {}): void {
    for (const [response, own] of this.#open) write(response, { method, params: { ...params, ...own } });
  }

  #begin(response: ServerResponse, own: object): void {
    this.openedMs.push(performance.now());
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    if (this.isBroken) return void response.end();
    this.#open.set(response, own);
    response.once('close', () => this.#open.delete(response));
  }
}

function write(response: ServerResponse, message: object): void {
  response.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`);
}
