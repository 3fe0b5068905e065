import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Message } from './queue.ts';

/** The clients on `/ws`, by their ids. */
export class Sockets {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #byId = new Map<string, WebSocket>();
  readonly #queueInfo: () => object;
  /** The client of the running job and the node it is at, for clients that come back. */
  #current: { readonly clientId: string; readonly nodeId: string } | undefined;

  constructor(queueInfo: () => object) {
    this.#queueInfo = queueInfo;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const asked = new URL(request.url ?? '/', 'http://comfyui').searchParams.get('clientId') ?? '';
    const id = asked === '' ? randomUUID().replaceAll('-', '') : asked;
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#open(opened, id));
  }

  /** To one client, or to all. */
  send([type, data]: Message, clientId?: string): void {
    const text = JSON.stringify({ type, data });
    if (clientId !== undefined) this.#byId.get(clientId)?.send(text);
    else for (const socket of this.#byId.values()) socket.send(text);
  }

  queueUpdated(): void {
    this.send(['status', { status: this.#queueInfo() }]);
  }

  at(clientId: string | undefined, nodeId: string | undefined): void {
    this.#current = clientId === undefined || nodeId === undefined ? undefined : { clientId, nodeId };
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  dropAll(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  #open(socket: WebSocket, id: string): void {
    // A second socket with the id takes the place of the first, which stays open and hears nothing more.
    this.#byId.set(id, socket);
    socket.on('close', () => this.#byId.delete(id));
    socket.once('message', (bytes, isBinary) => {
      if (!isBinary && isFeatureFlags(String(bytes))) this.send(['feature_flags', FEATURES], id);
    });
    this.send(['status', { status: this.#queueInfo(), sid: id }], id);
    if (this.#current?.clientId === id) this.send(['executing', { node: this.#current.nodeId }], id);
  }
}

/** What `GET /features` says and the answer to a client's own flags. */
export const FEATURES = { supports_preview_metadata: true, max_upload_size: 100 * 1024 * 1024 };

function isFeatureFlags(text: string): boolean {
  try {
    const message: unknown = JSON.parse(text);
    return (
      typeof message === 'object' && message !== null && 'type' in message && message.type === 'feature_flags'
    );
  } catch {
    return false;
  }
}
