import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Bearer } from './bearer.ts';
import type { Headers } from './header-value.ts';
import { createSseReader } from './sse.ts';

export type Connection = {
  readonly endpoint: URL;
  readonly bearer: Bearer;
  readonly agent: HttpAgent;
};

export type Exchange = {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly headers: Headers;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Each message of a successful answer, in order; the next is read when this resolves. */
  readonly onMessage: (text: string) => Promise<void>;
  /** The answer has begun: the gateway has read the request. */
  readonly onAccepted?: (accepted: Accepted) => void;
};

type Accepted = { readonly status: number; readonly sessionId?: string };

/** What became of an exchange. Never rejects. */
export type ExchangeEnd =
  | (Accepted & { readonly kind: 'answered' })
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly body: string;
      /** All was right but the time of the proof. */
      readonly isUntimely: boolean;
    }
  /** No connection: the gateway certainly did nothing. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** The connection broke after the request was sent. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** There was nothing to present; nothing was sent. */
  | { readonly kind: 'no_bearer'; readonly reason: string }
  | { readonly kind: 'aborted' };

/** Milliseconds to connect; answers may take as long as the client is willing to wait. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Bytes read of a JSON answer; more than any answer the gateway sends. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export function connectionTo(endpoint: URL, bearer: Bearer): Connection {
  const agent =
    endpoint.protocol === 'https:' ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  return { endpoint, bearer, agent };
}

/** Once more with another token where the gateway refuses one that it gave for a while: it has done nothing. */
export async function exchange(connection: Connection, wanted: Exchange): Promise<ExchangeEnd> {
  const { bearer } = connection;
  for (let isFirst = true; ; isFirst = false) {
    let token: string;
    try {
      token = await bearer.current();
    } catch (error) {
      return { kind: 'no_bearer', reason: reasonOf(error) };
    }
    const end = await exchangeBy(connection, token, wanted);
    const isRefused = end.kind === 'refused' && end.status === 401;
    if (!isRefused || !isFirst || !bearer.refused(token, end.isUntimely)) return end;
  }
}

async function exchangeBy(connection: Connection, token: string, wanted: Exchange): Promise<ExchangeEnd> {
  let response: IncomingMessage;
  try {
    response = await send(connection, token, wanted);
  } catch (error) {
    if (wanted.signal.aborted) return { kind: 'aborted' };
    return { kind: isBeforeSending(error) ? 'unreachable' : 'lost', reason: reasonOf(error) };
  }
  try {
    const { 'dpop-nonce': nonce } = response.headers;
    if (typeof nonce === 'string') connection.bearer.heard(nonce);
    return await receive(response, wanted);
  } catch (error) {
    return wanted.signal.aborted ? { kind: 'aborted' } : { kind: 'lost', reason: reasonOf(error) };
  } finally {
    response.destroy();
  }
}

function send(
  { agent, bearer, endpoint }: Connection,
  token: string,
  wanted: Exchange,
): Promise<IncomingMessage> {
  const request = endpoint.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(endpoint, {
      agent,
      method: wanted.method,
      signal: wanted.signal,
      headers: {
        Accept: wanted.method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
        ...bearer.headersFor(token, { method: wanted.method, address: endpoint }),
        ...(wanted.body === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(wanted.body) }),
        ...wanted.headers,
      },
    });
    outgoing.once('socket', (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => outgoing.destroy(new ConnectTimeout()), CONNECT_TIMEOUT_MS);
      socket.once('connect', () => clearTimeout(timer));
      socket.once('close', () => clearTimeout(timer));
    });
    outgoing.once('error', reject);
    outgoing.once('response', resolve);
    outgoing.end(wanted.body);
  });
}

async function receive(response: IncomingMessage, wanted: Exchange): Promise<ExchangeEnd> {
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 299) {
    const isUntimely = /\berror="use_dpop_nonce"/.test(response.headers['www-authenticate'] ?? '');
    return { kind: 'refused', status, body: await readText(response), isUntimely };
  }
  const sessionId = response.headers['mcp-session-id'];
  const accepted = { status, ...(typeof sessionId === 'string' ? { sessionId } : {}) };
  wanted.onAccepted?.(accepted);
  if (/^text\/event-stream\b/i.test(response.headers['content-type'] ?? '')) {
    await readEvents(response, wanted.onMessage);
  } else {
    const text = await readText(response);
    if (text.trim() !== '') await wanted.onMessage(text);
  }
  return { kind: 'answered', ...accepted };
}

async function readEvents(response: IncomingMessage, onMessage: Exchange['onMessage']): Promise<void> {
  const reader = createSseReader();
  response.setEncoding('utf8');
  for await (const piece of response) {
    for (const event of reader.feed(String(piece))) await onMessage(event);
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) throw new Error('the gateway sent an answer of over 64 MiB');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

class ConnectTimeout extends Error {
  readonly code = 'ETIMEDOUT';
  readonly syscall = 'connect';
  constructor() {
    super(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`);
    this.name = 'ConnectTimeout';
  }
}

/** Failures of name lookup, connecting and TLS, after which nothing has been sent. */
const BEFORE_SENDING = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|CERT_|ERR_TLS_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

function isBeforeSending(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return BEFORE_SENDING.test(codeOf(error)) || ('syscall' in error && error.syscall === 'connect');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  return codeOf(error) || error.message;
}

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : '';
