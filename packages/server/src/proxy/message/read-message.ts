import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { MAX_NAME_LENGTH } from '../../limits/index.ts';
import { type AgentReply, CODES, META, MODERN_VERSION } from '../../upstreams/index.ts';
import type { Envelope, ReadContext } from './envelope.ts';
import { lookAlikeEnvelopeKey, lookAlikeParamsKey } from './keys.ts';
import { checkLegacy } from './legacy.ts';
import type { Ignored, Message, Refusal, ResponseMessage, RpcId } from './message.ts';
import { refuse } from './message.ts';
import { checkModern } from './modern.ts';

/** One message out of a tree: body first, headers only as a cross-check (P §1.3 and §2.2). */
export function readMessage(tree: Json, context: ReadContext): Message | ResponseMessage | Refusal | Ignored {
  const envelope = readEnvelope(tree);
  if ('kind' in envelope) return envelope.kind === 'response' ? inSession(envelope, context) : envelope;
  const claims = Object.hasOwn(envelope.meta, META.protocolVersion);
  if (claims) return checkModern(envelope, context.headers);
  if (context.headers.protocolVersion === MODERN_VERSION) return unclaimed(envelope);
  return checkLegacy(envelope, context);
}

/** The header says modern, the body does not: malformed, and never served as legacy. */
function unclaimed(envelope: Envelope): Refusal | Ignored {
  if (envelope.id === undefined) return { kind: 'ignored' };
  if (envelope.method === 'initialize') {
    return refuse(
      CODES.headerMismatch,
      `initialize belongs to the handshake, but MCP-Protocol-Version says ${MODERN_VERSION}`,
      { id: envelope.id },
    );
  }
  const missing = [META.protocolVersion, META.clientCapabilities].join('" and "');
  return refuse(CODES.invalidParams, `expected "${missing}" in params._meta`, { id: envelope.id });
}

/** A response belongs to the session in which the question was put; from anywhere else nobody waits for it. */
function inSession(response: Response, { session }: ReadContext): ResponseMessage | Ignored {
  return session === undefined || session === 'unknown' ? { kind: 'ignored' } : { ...response, session };
}

function readEnvelope(tree: Json): Envelope | Response | Refusal {
  if (!isJsonObject(tree))
    return refuse(CODES.invalidRequest, 'expected one JSON-RPC message, which is an object');
  const lookAlike = lookAlikeEnvelopeKey(tree);
  if (lookAlike !== undefined)
    return refuse(CODES.invalidRequest, `unexpected key ${JSON.stringify(lookAlike)} in the message`);
  if (ownProperty(tree, 'jsonrpc') !== '2.0')
    return refuse(CODES.invalidRequest, 'expected "jsonrpc": "2.0"');
  const method = ownProperty(tree, 'method');
  if (method === undefined) return readResponse(tree);
  const id = readId(tree);
  if (id === 'invalid') return refuse(CODES.invalidRequest, 'expected "id" to be a string or an integer');
  const atId = { id: id ?? null };
  if (typeof method !== 'string' || method === '' || method.length > MAX_NAME_LENGTH) {
    return refuse(
      CODES.invalidRequest,
      `expected "method" to be a text of 1 to ${MAX_NAME_LENGTH} characters`,
      atId,
    );
  }
  // Without an id there is nothing to answer, so that only a notification may come so; a call never does.
  if (id === undefined && !method.startsWith('notifications/'))
    return refuse(CODES.invalidRequest, 'expected "id"; only notifications go without');
  if (Object.hasOwn(tree, 'result') || Object.hasOwn(tree, 'error')) {
    return refuse(CODES.invalidRequest, 'a request has neither "result" nor "error"', atId);
  }
  const params = ownProperty(tree, 'params') ?? {};
  if (!isJsonObject(params)) return refuse(CODES.invalidParams, 'expected "params" to be an object', atId);
  const meta = ownProperty(params, '_meta') ?? {};
  if (!isJsonObject(meta))
    return refuse(CODES.invalidParams, 'expected "params._meta" to be an object', atId);
  const odd = lookAlikeParamsKey(params);
  if (odd !== undefined)
    return refuse(CODES.invalidRequest, `unexpected key ${JSON.stringify(odd)} in params`, atId);
  return { id, method, params, meta };
}

type Response = Omit<ResponseMessage, 'session'>;

const UNREADABLE_REPLY: AgentReply = {
  kind: 'error',
  error: { code: CODES.internal, message: 'the client gave a reply that is not valid' },
};

function readResponse(tree: JsonObject): Response | Refusal {
  const isResponse =
    Object.hasOwn(tree, 'result') !== Object.hasOwn(tree, 'error') && Object.hasOwn(tree, 'id');
  const id = readId(tree);
  if (!isResponse || id === undefined || id === 'invalid')
    return refuse(CODES.invalidRequest, 'expected "method", a text');
  return { kind: 'response', id, reply: replyIn(tree) };
}

function replyIn({ error, result }: JsonObject): AgentReply {
  if (isJsonObject(result)) return { kind: 'result', result };
  if (!isJsonObject(error)) return UNREADABLE_REPLY;
  const { code, data, message } = error;
  if (typeof code !== 'number' || !Number.isInteger(code) || typeof message !== 'string')
    return UNREADABLE_REPLY;
  return { kind: 'error', error: { code, message, ...(data === undefined ? {} : { data }) } };
}

function readId(message: JsonObject): RpcId | undefined | 'invalid' {
  if (!Object.hasOwn(message, 'id')) return undefined;
  const id = message['id'];
  if (typeof id === 'string') return id.length <= MAX_NAME_LENGTH ? id : 'invalid';
  return typeof id === 'number' && Number.isInteger(id) ? id : 'invalid';
}
