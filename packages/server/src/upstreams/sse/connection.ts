import { within } from '../clock.ts';
import type { UpstreamDescription } from '../contract.ts';
import { Conversation } from '../conversation/conversation.ts';
import { shakeHands } from '../conversation/handshake.ts';
import { ENDLESS } from '../egress.ts';
import { writeLegacyRequest } from '../envelope.ts';
import { type Failing, failing } from '../failures.ts';
import { exchange, type Reply } from '../http/exchange.ts';
import type { HttpChannelOptions } from '../http/options.ts';
import { baseHeaders, streamHeaders } from '../http/request-headers.ts';
import { SessionState } from '../legacy/session-state.ts';
import { GATEWAY, ownRequest } from '../own-request.ts';

/** One stream of an HTTP+SSE server, on which all its messages come, with the address to which ours go (P §2.1). */
export type SseConnection = {
  readonly kind: 'connection';
  readonly conversation: Conversation;
  readonly description: UpstreamDescription;
  readonly state: SessionState;
  /** Resolves when the stream is over, however that came; nothing of the conversation is open any more. */
  readonly ended: Promise<void>;
  readonly close: () => void;
};

/** Opens the stream, learns the address and shakes hands. */
export async function connectSse(options: HttpChannelOptions): Promise<SseConnection | Failing> {
  const { egress, version, capabilities } = options;
  const { conversation, endpoint, ended, close } = openStream(options);
  const named = await endpoint;
  const description =
    'kind' in named
      ? named
      : await shakeHands(conversation, 'legacy', {
          version,
          capabilities,
          timeoutMs: egress.timeouts.firstByteMs,
        });
  if ('kind' in description) {
    close();
    return { ...description, acted: 'no' };
  }
  const state = new SessionState({
    capabilities: description.capabilities,
    request: (method, params) =>
      conversation.ask(ownRequest(method, params), GATEWAY, egress.timeouts.idleMs),
  });
  void ended.then(() => state.end());
  return { kind: 'connection', conversation, description, state, ended, close };
}

/** Where messages are posted: path and query. */
type Endpoint = { readonly path: string };

type Stream = Pick<SseConnection, 'conversation' | 'ended' | 'close'> & {
  readonly endpoint: Promise<Endpoint | Failing>;
};

function openStream(options: HttpChannelOptions): Stream {
  const { egress, clock, capabilities, events } = options;
  const abort = new AbortController();
  const close = () => abort.abort();
  const named = Promise.withResolvers<Endpoint | Failing>();
  let endpoint: Endpoint | undefined;
  const pipe = (body: string, grantId: string, onFailed: (failure: Failing) => void) =>
    void post(options, endpoint, { body, grantId }).then((problem) => {
      if (problem === undefined) return;
      onFailed(problem);
      // The server does not know this stream any more: the next use opens another.
      if (problem.httpStatus === 404) close();
    });
  const conversation = new Conversation({ pipe, write: writeLegacyRequest, capabilities, clock, events });
  const onEvent = ({ type, data }: { readonly type: string; readonly data: string }) => {
    if (type === 'message') conversation.onText(data);
    if (type !== 'endpoint' || endpoint !== undefined) return;
    const found = endpointOf(data, egress.url);
    if (!('kind' in found)) endpoint = found;
    named.resolve(found);
  };
  const headers = [...streamHeaders(egress)];
  const request = { method: 'GET', headers, body: null, ...ENDLESS } as const;
  const { signal } = abort;
  const ended = exchange(egress.streams, request, { clock, signal, onEvent }).then((reply) => {
    const failure = whyOver(reply);
    named.resolve({ ...failure, acted: 'no' });
    conversation.fail(failure);
  });
  const late = failing('timed_out', 'the server named no endpoint in time', { acted: 'no' });
  const bound = { clock, ms: egress.timeouts.firstByteMs, late };
  return { conversation, ended, close, endpoint: within(named.promise, bound) };
}

/** The address must be of the same origin: what is posted there may be secret (P §2.4). */
export function endpointOf(text: string, base: URL): Endpoint | Failing {
  const url = URL.parse(text, base.href);
  if (url === null || url.origin !== base.origin) {
    return failing('address_refused', 'the server named an endpoint that is not of its own origin', {
      acted: 'no',
    });
  }
  return { path: `${url.pathname}${url.search}` };
}

/** Posts one message; its answer comes on the stream. */
async function post(
  { egress, clock }: HttpChannelOptions,
  endpoint: Endpoint | undefined,
  { body, grantId }: { readonly body: string; readonly grantId: string },
): Promise<Failing | undefined> {
  if (endpoint === undefined) return failing('broken', 'the server named no endpoint', { acted: 'no' });
  const headers = [...baseHeaders(egress)];
  const request = { method: 'POST', headers, body, path: endpoint.path } as const;
  const reply = await exchange(egress, request, { clock, grantId });
  const httpStatus = reply.kind === 'failing' ? reply.httpStatus : reply.status;
  if (httpStatus === undefined) return reply.kind === 'failing' ? reply : undefined;
  if (httpStatus < 300) return undefined;
  const code =
    httpStatus === 401 || httpStatus === 403 ? 'unauthorized' : httpStatus < 500 ? 'bad_answer' : 'broken';
  const acted = httpStatus >= 400 && httpStatus < 500 ? 'no' : 'maybe';
  return failing(code, `answered a message with HTTP ${httpStatus}`, { acted, httpStatus });
}

function whyOver(reply: Reply): Failing {
  if (reply.kind === 'failing' && reply.code === 'cancelled')
    return failing('broken', 'the stream was closed', { acted: 'maybe' });
  if (reply.kind === 'failing') return { ...reply, acted: 'maybe' };
  const { status } = reply;
  const code = status === 401 || status === 403 ? 'unauthorized' : status < 300 ? 'broken' : 'bad_answer';
  return failing(code, `the stream ended (HTTP ${status})`, { acted: 'maybe', httpStatus: status });
}
