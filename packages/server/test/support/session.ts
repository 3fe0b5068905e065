import { type EventReader, openEvents } from './events.ts';
import { post, type RawAnswer } from './rpc.ts';

/** A legacy session, opened with raw requests, that sends whatever a test wants. */
export type RawSession = {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What `initialize` was answered. */
  readonly opened: RawAnswer;
  readonly request: (method: string, params?: object, id?: number | string) => Promise<RawAnswer>;
  readonly call: (name: string, args?: object) => Promise<RawAnswer>;
  readonly send: (message: object) => Promise<RawAnswer>;
  /** The session's own stream. */
  readonly stream: (headers?: Readonly<Record<string, string>>) => Promise<EventReader>;
  readonly end: () => Promise<number>;
};

type SessionOptions = {
  readonly endpoint: string;
  readonly token: string;
  readonly protocol?: string;
  readonly capabilities?: object;
};

export async function openSession(options: SessionOptions): Promise<RawSession> {
  const { capabilities = {}, endpoint, protocol = '2025-11-25', token } = options;
  const clientInfo = { name: 'raw', version: '1' };
  const params = { protocolVersion: protocol, capabilities, clientInfo };
  const opened = await post(endpoint, token, {
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
  });
  const id = opened.headers.get('mcp-session-id') ?? '';
  const headers = { 'mcp-session-id': id, 'mcp-protocol-version': protocol };
  const send = (message: object): Promise<RawAnswer> =>
    post(endpoint, token, { body: JSON.stringify(message), headers });
  const request: RawSession['request'] = (method, given = {}, own = 1) =>
    send({ jsonrpc: '2.0', id: own, method, params: given });
  await send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return {
    id,
    headers,
    opened,
    send,
    request,
    call: (name, args = {}) => request('tools/call', { name, arguments: args }),
    stream: (more = {}) => openEvents(endpoint, { token, headers: { ...headers, ...more } }),
    end: async () => {
      const own = { authorization: `Bearer ${token}`, ...headers };
      return (await fetch(endpoint, { method: 'DELETE', headers: own })).status;
    },
  };
}
