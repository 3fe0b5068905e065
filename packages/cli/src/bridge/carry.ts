import { isJsonObject } from '@boomgate/engine';
import { type Exchange, type ExchangeEnd, exchange } from './exchange.ts';
import { explain, failureLine } from './explain.ts';
import { modernHeaders } from './headers.ts';
import { learnHandshake } from './legacy-session.ts';
import {
  cancelledLine,
  idsAnswered,
  type Message,
  type NotificationMessage,
  onOneLine,
  type RequestId,
  type RequestMessage,
  readReply,
} from './message.ts';
import { relist, wantsHeaders } from './relist.ts';
import { listenToServer, postInSession } from './server-stream.ts';
import { type InFlight, keyOf, type Wires } from './wires.ts';

/** Posts a request and writes what comes back; whatever happens, the request is answered unless it was cancelled. */
export async function carryRequest(wires: Wires, message: RequestMessage): Promise<void> {
  const controller = new AbortController();
  const era = message.claim === undefined ? 'legacy' : 'modern';
  const lasting = message.method === 'subscriptions/listen';
  const own: InFlight = { controller, era, lasting, isCancelled: false };
  wires.inFlight.set(keyOf(message.id), own);
  let isAnswered = false;
  const signal = AbortSignal.any([controller.signal, wires.stop.signal]);
  const onMessage = async (text: string): Promise<void> => {
    isAnswered = takeReply(wires, message, text) || isAnswered;
    await wires.writeLine(onOneLine(text));
  };
  let end = await post(wires, message, { signal, onMessage });
  if (wantsHeaders(message, end)) {
    await relist(wires, message, signal);
    end = await post(wires, message, { signal, onMessage });
  }
  wires.inFlight.delete(keyOf(message.id));
  // On stdio there is no stream whose end the client could see (P §1.9).
  if (isAnswered && lasting) await wires.writeLine(cancelledLine(message.id));
  // One that its client cancelled gets no answer from anybody.
  if (!isAnswered && !own.isCancelled) await answerFailure(wires, [message.id], end);
}

/** Posts a notification; a cancellation also ends the exchange that it names. */
export async function carryNotification(wires: Wires, message: NotificationMessage): Promise<void> {
  if (message.method === 'notifications/cancelled') return carryCancellation(wires, message);
  await postNotification(wires, message);
  if (message.method === 'notifications/initialized') listenToServer(wires);
}

/**
 * Closing the exchange is the cancellation in the modern era (P §1.10). Legacy servers want to be told, and may
 * leave the exchange open forever after that.
 */
async function carryCancellation(wires: Wires, message: NotificationMessage): Promise<void> {
  const named = message.params['requestId'];
  const isId = typeof named === 'string' || typeof named === 'number';
  const found = isId ? wires.inFlight.get(keyOf(named)) : undefined;
  if (found !== undefined) found.isCancelled = true;
  if (found?.era !== 'modern') await postNotification(wires, message);
  found?.controller.abort();
}

async function postNotification(wires: Wires, message: NotificationMessage): Promise<void> {
  const onMessage = (text: string): Promise<void> => wires.writeLine(onOneLine(text));
  noteTrouble(wires, await post(wires, message, { signal: wires.stop.signal, onMessage }));
}

/** A legacy client's answer to what the server asked. */
export async function carryResponse(
  wires: Wires,
  { text }: Extract<Message, { kind: 'response' }>,
): Promise<void> {
  const end = await postInSession(wires, {
    body: text,
    signal: wires.stop.signal,
    onMessage: (reply) => wires.writeLine(onOneLine(reply)),
  });
  noteTrouble(wires, end);
}

/** Several messages in one array, as the revision 2025-03-26 has it. The gateway decides whether it takes them. */
export async function carryBatch(
  wires: Wires,
  { text, ids }: Extract<Message, { kind: 'batch' }>,
): Promise<void> {
  const open = new Set<RequestId>(ids);
  const end = await postInSession(wires, {
    body: text,
    signal: wires.stop.signal,
    onMessage: async (reply) => {
      for (const id of idsAnswered(reply)) open.delete(id);
      await wires.writeLine(onOneLine(reply));
    },
  });
  await answerFailure(wires, [...open], end);
}

type Hearing = Pick<Exchange, 'signal' | 'onMessage'>;

function post(
  wires: Wires,
  message: RequestMessage | NotificationMessage,
  hearing: Hearing,
): Promise<ExchangeEnd> {
  const { claim } = message;
  if (claim === undefined) return postLegacy(wires, message, hearing);
  const headers = modernHeaders({ ...message, claim }, wires.parameters);
  return exchange(wires.connection, { method: 'POST', headers, body: message.text, ...hearing });
}

async function postLegacy(
  wires: Wires,
  message: RequestMessage | NotificationMessage,
  hearing: Hearing,
): Promise<ExchangeEnd> {
  if (message.method !== 'initialize') return postInSession(wires, { body: message.text, ...hearing });
  const { session } = wires;
  session.initializeText = message.text;
  delete session.id;
  delete session.version;
  return exchange(wires.connection, {
    method: 'POST',
    headers: {},
    body: message.text,
    ...hearing,
    onAccepted: ({ sessionId }) => {
      if (sessionId !== undefined) session.id = sessionId;
    },
  });
}

/** Learns from a message on a request's stream; true when it is the answer. */
function takeReply(wires: Wires, request: RequestMessage, text: string): boolean {
  const reply = readReply(text);
  if (reply === undefined || !reply.isResponse || reply.id !== request.id) return false;
  wires.well();
  if (isJsonObject(reply.result)) {
    if (request.method === 'initialize') learnHandshake(wires.session, reply.result);
    if (request.method === 'tools/list') wires.parameters.learn(reply.result);
  }
  return true;
}

async function answerFailure(wires: Wires, ids: readonly RequestId[], end: ExchangeEnd): Promise<void> {
  if (end.kind === 'aborted' || ids.length === 0) return;
  noteTrouble(wires, end);
  for (const id of ids) await wires.writeLine(failureLine(id, end, wires.connection.endpoint));
}

const TROUBLES: readonly ExchangeEnd['kind'][] = ['unreachable', 'lost', 'no_bearer'];

/** Tells the person about a gateway that cannot be used; a refusal in JSON-RPC is the client's matter alone. */
function noteTrouble(wires: Wires, end: ExchangeEnd): void {
  if (end.kind === 'aborted') return;
  const concerns = TROUBLES.includes(end.kind) || (end.kind === 'refused' && end.status === 401);
  if (concerns) wires.trouble(explain(end, wires.connection.endpoint));
}
