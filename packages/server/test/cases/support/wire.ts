import { type Agent as HttpAgent, request } from 'node:http';
import { connect } from 'node:net';

type RawRequest = {
  readonly url: string;
  readonly method?: string;
  /** Names and values in turn, sent as they are, also twice. */
  readonly headers: readonly string[];
  readonly body?: string | Buffer;
  readonly agent: HttpAgent;
  readonly signal?: AbortSignal;
};

export type RawResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
};

/** One HTTP request with exactly these headers, beside `Host` and `Content-Length` where they are not given. */
export function sendRaw({
  url,
  method = 'POST',
  headers,
  body,
  agent,
  signal,
}: RawRequest): Promise<RawResponse> {
  const target = new URL(url);
  const names = new Set(headers.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()));
  const extra = [
    ...(names.has('host') ? [] : ['host', target.host]),
    ...(names.has('content-length') || body === undefined
      ? []
      : ['content-length', String(Buffer.byteLength(body))]),
  ];
  return new Promise((resolve, reject) => {
    const path = target.pathname + target.search;
    const options = { host: target.hostname, port: target.port, path, method, agent, setHost: false };
    const one = request(
      { ...options, headers: [...extra, ...headers], ...(signal === undefined ? {} : { signal }) },
      (response) => {
        const chunks: Buffer[] = [];
        const end = (): void =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          });
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', end);
        // A gateway that refuses a large body answers and closes; what it said counts.
        response.once('error', end);
      },
    );
    one.once('error', reject);
    one.end(body);
  });
}

/** Bytes on a connection of their own, and all that comes back until it closes or `quietMs` pass without a byte. */
export function exchangeBytes(url: string, bytes: string | Buffer, quietMs = 300): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(quietMs, () => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}
