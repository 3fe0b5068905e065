import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { PROOF_ALGORITHMS } from '../identity/index.ts';
import {
  AUTHORIZATION_LENGTH_MAX,
  CLIENT_MS,
  REFUSAL_RETRY_S,
  REGISTRATION_BYTES,
  UNPROVEN_AT_ONCE,
  UNPROVEN_MAX,
} from '../limits/index.ts';
import { AUTHORIZATION_SERVER, EXCHANGE, placeOf, readPath, SCOPE, spellingsOf } from './addresses.ts';
import { answer } from './answer.ts';
import { countedMetadata } from './client-metadata.ts';
import type { AgentSignInDesk, DeskParts } from './contract.ts';
import { workloadExchange } from './exchange.ts';
import type { AuthorizationServer } from './library.ts';
import { readText } from './read-text.ts';

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

const COME_AGAIN = { 'retry-after': String(REFUSAL_RETRY_S) };

/** What makes something that is kept for whoever asks, though not as long as what a person consented to; and what that is. */
const MAKES: readonly string[] = ['/register', '/authorize'];
const MADE: readonly string[] = ['Client', 'Interaction'];

/** Answers what agents and their browsers ask of the authorization server. */
export function serve(
  parts: DeskParts,
  opened: () => Promise<AuthorizationServer>,
): AgentSignInDesk['handle'] {
  const makeRoom = roomMaker(parts);
  const exchange = workloadExchange(parts);
  return (request, response) => {
    // The first alone begins a query: others are part of it.
    const [, path = '', query = ''] = /^([^?]*)(?:\?(.*))?$/s.exec(request.url ?? '') ?? [];
    const asked = readPath(path, parts.url());
    if (asked === undefined) return false;
    const asking = { request, response };
    if (!parts.allowsHost(request.headers.host ?? ''))
      answer(response, { status: 403, body: { error: 'foreign_host' } });
    else if (asked.kind === 'nothing') answer(response, { status: 404, body: { error: 'not_found' } });
    else if (asked.kind === 'resource') answerMetadata(parts, asking, asked.resource);
    else
      handOver({ parts, opened, makeRoom, exchange }, asking, { path: asked.path, query }).catch(
        (error: unknown) => {
          parts.log.warn({ error: String(error) }, 'a request of an agent that signs in failed');
          if (response.headersSent) response.destroy();
          else
            answer(response, {
              status: 503,
              body: { error: 'temporarily_unavailable' },
              headers: COME_AGAIN,
            });
        },
      );
    return true;
  };
}

/** RFC 9728. It is the same for every server that there could be: who asks learns of none whether it is there. */
function answerMetadata(
  { requiresBound, url }: DeskParts,
  { request, response }: Exchange,
  resource: string,
): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    answer(response, { status: 405, body: { error: 'method_not_allowed' }, headers: { allow: 'GET, HEAD' } });
    return;
  }
  const body = {
    resource,
    authorization_servers: [`${url()}${AUTHORIZATION_SERVER}`],
    scopes_supported: [SCOPE],
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    ...(requiresBound() ? { dpop_bound_access_tokens_required: true } : {}),
  };
  // Anybody may know it, pages too.
  answer(response, { status: 200, body, headers: { 'access-control-allow-origin': '*' } });
}

type Inside = {
  readonly parts: DeskParts;
  readonly opened: () => Promise<AuthorizationServer>;
  readonly makeRoom: () => Promise<void>;
  readonly exchange: ReturnType<typeof workloadExchange>;
};
type Asked = { readonly path: string; readonly query: string };

/** What strangers make crowds out the oldest, where there are too many. That is looked for once in so many, as it costs more than they do. */
function roomMaker({ store }: DeskParts): Inside['makeRoom'] {
  let count = 0;
  return async () => {
    const isTurn = count % UNPROVEN_AT_ONCE === 0;
    count += 1;
    if (!isTurn) return;
    const to = { most: UNPROVEN_MAX - UNPROVEN_AT_ONCE, endingBeforeMs: store.nowMs() + CLIENT_MS + 1 };
    for (const kind of MADE) await store.agentSignIns.trim(kind, to);
  };
}

/** Gives a request to the library. */
async function handOver(
  { exchange, makeRoom, opened, parts }: Inside,
  { request, response }: Exchange,
  { path, query }: Asked,
): Promise<void> {
  // Metadata are for everybody; anything else may be kept, or have the document of a client read.
  if (!path.startsWith('/.well-known/') && !parts.mayAsk(request)) {
    answer(response, { status: 429, body: { error: 'slow_down' }, headers: COME_AGAIN });
    return;
  }
  if (path === EXCHANGE) {
    answer(response, await exchange(request));
    return;
  }
  if (MAKES.includes(path)) await makeRoom();
  const given = path === '/authorize' ? asOneGrant(query, parts.url()) : query;
  const body = path === '/register' ? await readText(request, REGISTRATION_BYTES) : undefined;
  if (given.length > AUTHORIZATION_LENGTH_MAX || body === 'too large') {
    const error = { error: 'invalid_request', error_description: 'too large' };
    // Nobody waits for the rest of it.
    answer(response, { status: 413, body: error, headers: { connection: 'close' } });
    return;
  }
  const { provider } = await opened();
  const handed = body === undefined ? request : withBody(request, countedMetadata(body.text));
  // The library leaves a body unread that is too large for it, and what follows on the connection stands behind that.
  response.once('finish', () => void request.resume());
  handed.url = given === '' ? path : `${path}?${given}`;
  await provider.callback()(handed, response);
}

/** The same request with another body. */
function withBody(
  { headers, httpVersion, method, socket, url }: IncomingMessage,
  text: string,
): IncomingMessage {
  const bytes = Buffer.from(text);
  const { 'transfer-encoding': _, ...rest } = headers;
  const same = {
    httpVersion,
    method,
    socket,
    url,
    headers: { ...rest, 'content-length': `${bytes.length}` },
  };
  // A cast: what the library reads of a request.
  return Object.assign(Readable.from([bytes]), same) as unknown as IncomingMessage;
}

/**
 * What of a request for consent counts here. What OpenID Connect adds is about ID tokens, of which there are none: the library refuses
 * some of it without the scope of those. What would have to be followed, and is not, is left for it to refuse.
 */
const COUNTED = new Set([
  ...['client_id', 'redirect_uri', 'response_type', 'response_mode', 'state', 'prompt', 'resource'],
  ...['code_challenge', 'code_challenge_method', 'dpop_jkt', 'request', 'request_uri', 'registration'],
]);

/**
 * What is asked for is one grant: the one scope, whichever a client thinks of, as an agent may what its grant allows; and one address,
 * in both of its spellings.
 */
function asOneGrant(query: string, url: string): string {
  // Each request is one that its person sees and signs in for: all but "none" is done already.
  const asked = [...new URLSearchParams(query)].filter(
    ([name, value]) => COUNTED.has(name) && (name !== 'prompt' || value.split(' ').includes('none')),
  );
  const params = new URLSearchParams(asked);
  params.set('scope', SCOPE);
  const places = new Set(params.getAll('resource').map((resource) => placeOf(resource, url)));
  const [place] = places;
  // Any other is left to the library, which refuses it; of several none is left.
  if (places.size > 1) params.delete('resource');
  else if (place !== undefined) {
    const [first, second] = spellingsOf(place, url);
    params.set('resource', first);
    params.append('resource', second);
  }
  return params.toString();
}
