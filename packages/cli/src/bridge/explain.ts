import { isJsonObject } from '@boomgate/engine';
import type { ExchangeEnd } from './exchange.ts';
import { errorLine, onOneLine, type RequestId } from './message.ts';

type Unanswered = Exclude<ExchangeEnd, { kind: 'aborted' }>;

/** Why a request has no answer and what mends it; never holds the token. */
export function explain(end: Unanswered, endpoint: URL): string {
  const address = `${endpoint.origin}${endpoint.pathname}`;
  switch (end.kind) {
    case 'unreachable':
      return `the gateway at ${address} is not running or cannot be reached (${end.reason}): start it with "boomgate up", or give its address with --url`;
    case 'no_bearer':
      return end.reason;
    case 'lost':
      return `the connection to the gateway at ${address} broke before the answer (${end.reason}); the call may have run`;
    case 'answered':
      return `the gateway at ${address} ended the exchange without an answer; the call may have run`;
    case 'refused':
      return explainStatus(end, address);
  }
}

type Refused = Unanswered & { readonly kind: 'refused' };

function explainStatus({ body, status }: Refused, address: string): string {
  if (status === 401) {
    return `the gateway at ${address} does not accept the grant: it is unknown, expired, paused, revoked or for another server; check with "boomgate grant list" and set BOOMGATE_GRANT to a valid token`;
  }
  if (status === 404) {
    return `${address} answered HTTP 404: expected a gateway with this server; check --server and --url`;
  }
  return `${address} answered HTTP ${status}: ${messageIn(body) ?? 'expected a Boomgate gateway; check --url'}`;
}

/** What the gateway says where it does not speak JSON-RPC, as of a request that is too large. */
function messageIn(body: string): string | undefined {
  const value = parsed(body);
  if (!isJsonObject(value) || typeof value['error'] !== 'string') return undefined;
  return typeof value['message'] === 'string' ? value['message'] : undefined;
}

/** The line that answers `id`: what the gateway said if it spoke JSON-RPC, else our own explanation. */
export function failureLine(id: RequestId | null, end: Unanswered, endpoint: URL): string {
  const said = end.kind === 'refused' && end.status !== 401 ? errorIn(end.body) : undefined;
  if (said === undefined) return errorLine(id, explain(end, endpoint));
  return onOneLine(JSON.stringify({ jsonrpc: '2.0', id, error: said }));
}

/** The JSON-RPC error of a refusal, as far as there is one. */
export function errorIn(body: string): unknown {
  const value = parsed(body);
  return isJsonObject(value) && isJsonObject(value['error']) ? value['error'] : undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
