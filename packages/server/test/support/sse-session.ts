import { type EventReader, openEvents, type SeenEvent } from './events.ts';
import { until } from './programs.ts';

/** An agent on the transport of 2024-11-05, with raw requests. */
export type SseSession = AsyncDisposable & {
  readonly reader: EventReader;
  /** Where it posts to, as the gateway told it. */
  readonly address: URL;
  /** Posts a body; gives the HTTP status. */
  readonly post: (body: string, token?: string) => Promise<number>;
  /** Posts a request and waits for its answer on the stream. */
  readonly request: (method: string, params?: object) => Promise<SeenEvent['message']>;
  readonly send: (message: object) => Promise<number>;
};

type SseOptions = {
  readonly endpoint: string;
  readonly token: string;
  /** Absent: no handshake. */
  readonly protocol?: string;
  readonly capabilities?: object;
};

export async function openSseSession(options: SseOptions): Promise<SseSession> {
  const reader = await openSseStream(options);
  if (reader.status !== 200) throw new Error(`expected a stream, found ${reader.status} ${reader.text}`);
  return sessionOn(reader, options);
}

/** The stream alone, or the answer that refuses it. */
export function openSseStream({ endpoint, token }: SseOptions): Promise<EventReader> {
  return openEvents(new URL('sse', endpoint).href, { token, headers: { accept: 'text/event-stream' } });
}

/** What an agent does on a stream that it has. */
export async function sessionOn(reader: EventReader, options: SseOptions): Promise<SseSession> {
  const { capabilities = {}, endpoint, protocol, token } = options;
  const url = new URL('sse', endpoint);
  const { data } = await reader.seen(({ name }) => name === 'endpoint');
  const address = new URL(data, url);
  const post: SseSession['post'] = async (body, own = token) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${own}` };
    const response = await fetch(address, { method: 'POST', body, headers });
    await response.text();
    return response.status;
  };
  let lastId = 0;
  const request: SseSession['request'] = async (method, params = {}) => {
    lastId += 1;
    const id = `r${lastId}`;
    const status = await post(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    if (status !== 202) throw new Error(`expected 202, found ${status}`);
    return (await reader.seen(({ message }) => message.id === id && message.method === undefined)).message;
  };
  const send = (message: object): Promise<number> => post(JSON.stringify({ jsonrpc: '2.0', ...message }));
  if (protocol !== undefined) {
    const clientInfo = { name: 'raw', version: '1' };
    await request('initialize', { protocolVersion: protocol, capabilities, clientInfo });
    await send({ method: 'notifications/initialized' });
  }
  const dispose = async (): Promise<void> => {
    await reader[Symbol.asyncDispose]();
    await until(() => reader.isOver());
  };
  return { reader, address, post, request, send, [Symbol.asyncDispose]: dispose };
}
