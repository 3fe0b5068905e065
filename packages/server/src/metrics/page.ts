import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressReader } from '../entrance/index.ts';
import { hashToken } from '../identity/index.ts';
import { isLoopbackAuthority } from '../proxy/index.ts';
import type { Exposition } from '../telemetry/index.ts';

export type MetricsAccess = {
  /** SHA-256 of the token that the configuration names now. */
  readonly tokenHash: () => string | undefined;
  readonly isGrant: (tokenHash: string) => boolean;
  readonly addressOf: AddressReader;
  /** Connections come from a proxy, so that none tells where its request began. */
  readonly throughProxy: boolean;
};

/** Answers `/metrics`: programs of this machine, and whoever has the token. */
export function serveMetrics(exposition: Exposition, access: MetricsAccess): RequestListener {
  return (request, response) => {
    const refusal = refusalOf(request, access);
    if (refusal === undefined) void answer(exposition, request, response);
    else
      response
        .writeHead(refusal.status, {
          'content-type': 'text/plain; charset=utf-8',
          ...(refusal.status === 401 ? { 'www-authenticate': 'Bearer realm="metrics"' } : {}),
        })
        .end(`${refusal.text}\n`);
  };
}

async function answer(
  exposition: Exposition,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await exposition.text();
  response.writeHead(200, { 'content-type': exposition.contentType, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : text);
}

type Refusal = { readonly status: 401 | 403 | 405; readonly text: string };

const BEARER = /^bearer ([\x21-\x7e]{1,512})$/i;
/** What a proxy adds to what it passes on. */
const PASSED_ON = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'] as const;

/** Who presents something is judged by that alone, wherever they are. */
function refusalOf(
  request: IncomingMessage,
  { addressOf, isGrant, throughProxy, tokenHash }: MetricsAccess,
): Refusal | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, text: 'expected GET' };
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = BEARER.exec(authorization)?.[1];
    const hash = token === undefined ? undefined : hashToken(token);
    const isRight = hash !== undefined && !isGrant(hash) && isSame(hash, tokenHash());
    return isRight
      ? undefined
      : { status: 401, text: 'expected the token of "metrics" in the configuration file' };
  }
  if (!throughProxy && isFromHere(request, addressOf(request))) return undefined;
  const how =
    'give "metrics": { "token": … } in the configuration file, and present it as Authorization: Bearer';
  const whose = throughProxy
    ? 'metrics need a token behind a proxy (--behind-proxy or --public-url), as all requests come from it'
    : 'metrics are for programs of this machine; for others';
  return { status: 403, text: `${whose}: ${how}` };
}

function isSame(hash: string, expected: string | undefined): boolean {
  return expected !== undefined && timingSafeEqual(Buffer.from(hash), Buffer.from(expected));
}

/** Both digests are of one length. A page of a browser here could only come by another host name (DNS rebinding). */
function isFromHere({ headers }: IncomingMessage, address = ''): boolean {
  const isLoopback = address === '::1' || /^(?:::ffff:)?127\./.test(address);
  return isLoopback && isLoopbackAuthority(headers.host ?? '') && !PASSED_ON.some((name) => name in headers);
}
