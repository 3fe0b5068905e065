import { isJsonObject, type JsonObject, ownProperty } from '@boomgate/engine';

/** A line from the client. `text` is what is posted, byte for byte; the rest is what the headers are made of. */
export type Message =
  | RequestMessage
  | NotificationMessage
  | { readonly kind: 'response'; readonly text: string }
  | { readonly kind: 'batch'; readonly ids: readonly RequestId[]; readonly text: string }
  | { readonly kind: 'not_json' }
  | { readonly kind: 'not_a_message' };

export type RequestId = string | number;

export type RequestMessage = Named & { readonly kind: 'request'; readonly id: RequestId };
export type NotificationMessage = Named & { readonly kind: 'notification' };

type Named = {
  readonly method: string;
  readonly params: JsonObject;
  /** The revision that the envelope claims; present makes the message modern (P §2.2). */
  readonly claim?: string;
  readonly text: string;
};

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';

export function readMessage(text: string): Message {
  const value = parse(text);
  if (value === undefined) return { kind: 'not_json' };
  if (Array.isArray(value)) return { kind: 'batch', ids: value.flatMap(requestIdIn), text };
  if (!isJsonObject(value)) return { kind: 'not_a_message' };
  const method = ownProperty(value, 'method');
  if (typeof method !== 'string') {
    return 'result' in value || 'error' in value ? { kind: 'response', text } : { kind: 'not_a_message' };
  }
  const named = { method, text, ...envelopeOf(value) };
  const id = ownProperty(value, 'id');
  if (isRequestId(id)) return { kind: 'request', id, ...named };
  return id === undefined ? { kind: 'notification', ...named } : { kind: 'not_a_message' };
}

/** What the gateway sent, as far as the bridge has to understand it. */
type Reply = { readonly id?: RequestId; readonly result?: JsonObject; readonly isResponse: boolean };

export function readReply(text: string): Reply | undefined {
  const value = parse(text);
  if (!isJsonObject(value)) return undefined;
  const id = ownProperty(value, 'id');
  const result = ownProperty(value, 'result');
  return {
    isResponse: ownProperty(value, 'method') === undefined && (result !== undefined || 'error' in value),
    ...(isRequestId(id) ? { id } : {}),
    ...(isJsonObject(result) ? { result } : {}),
  };
}

/** The ids answered by a text, which is one message or, in the oldest revisions, an array of them. */
export function idsAnswered(text: string): readonly RequestId[] {
  const value = parse(text);
  const messages = Array.isArray(value) ? value : [value];
  return messages.flatMap((message) =>
    isJsonObject(message) && ('result' in message || 'error' in message) && isRequestId(message['id'])
      ? [message['id']]
      : [],
  );
}

/** JSON on one line. A raw line break in valid JSON stands between tokens only, so a blank says the same. */
export const onOneLine = (json: string): string => json.replace(/[\r\n]+/g, ' ');

/** The answer to a request that the gateway did not answer. Internal error: the client can do nothing about it. */
export function errorLine(id: RequestId | null, message: string, code = -32603): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } });
}

/** Tells a client that a request of its own is over for the server. */
export function cancelledLine(requestId: RequestId): string {
  return JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
}

function envelopeOf(value: JsonObject): { params: JsonObject; claim?: string } {
  const given = ownProperty(value, 'params');
  const params = isJsonObject(given) ? given : {};
  const meta = ownProperty(params, '_meta');
  const claim = isJsonObject(meta) ? ownProperty(meta, VERSION_KEY) : undefined;
  return typeof claim === 'string' ? { params, claim } : { params };
}

function requestIdIn(value: unknown): RequestId[] {
  if (!isJsonObject(value) || typeof ownProperty(value, 'method') !== 'string') return [];
  const id = ownProperty(value, 'id');
  return isRequestId(id) ? [id] : [];
}

const isRequestId = (id: unknown): id is RequestId => typeof id === 'string' || typeof id === 'number';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
