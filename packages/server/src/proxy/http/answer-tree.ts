import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { MAX_BATCH } from '../../limits/index.ts';
import { CODES, META } from '../../upstreams/index.ts';
import { answerRequest, takeNotification } from '../answer-request.ts';
import {
  type Ignored,
  type Message,
  type Refusal,
  type RequestMessage,
  type ResponseMessage,
  refuse,
} from '../message/message.ts';
import { readMessage } from '../message/read-message.ts';
import { METHODS } from '../methods/index.ts';
import type { RpcAnswer } from '../rpc.ts';
import { agentRequest } from './agent-request.ts';
import type { DataPlane } from './caller.ts';
import type { Incoming } from './incoming.ts';
import { recordMalformed } from './record-unread.ts';
import { ACCEPTED, answerReply, type Reply, refusalReply } from './reply.ts';
import { beginSession, lendAnswer } from './session-outlets.ts';

/** The reply to a body that was read: one message, or the batch that one old revision allows. */
export function answerTree(plane: DataPlane, incoming: Incoming, tree: Json): Promise<Reply> {
  return Array.isArray(tree) ? answerBatch(plane, incoming, tree) : answerOne(plane, incoming, tree);
}

function answerOne(plane: DataPlane, incoming: Incoming, tree: Json): Promise<Reply> {
  const { headers, session } = incoming.caller;
  const mcp = {
    protocolVersion: headers['mcp-protocol-version'],
    method: headers['mcp-method'],
    name: headers['mcp-name'],
  };
  return answerMessage(plane, incoming, fitting(incoming, readMessage(tree, { headers: mcp, session })));
}

type Read = ReturnType<typeof readMessage>;

/** The transport of 2024-11-05 carries revisions with a handshake only (P §2.1). */
function fitting({ onSession }: Incoming, message: Read): Read {
  if (onSession === undefined || message.kind !== 'request' || message.era === 'legacy') return message;
  const text = 'expected a revision with a handshake; this transport carries no other';
  return refuse(CODES.invalidRequest, text, { id: message.id });
}

async function answerMessage(
  plane: DataPlane,
  incoming: Incoming,
  message: Message | ResponseMessage | Refusal | Ignored,
): Promise<Reply> {
  switch (message.kind) {
    case 'ignored':
      return ACCEPTED;
    case 'refusal':
      await recordMalformed(plane, incoming, message.message);
      return refusalReply(message);
    case 'response':
      plane.questions.answer(message.session.key, message.id, message.reply);
      return ACCEPTED;
    case 'notification':
      takeNotification(message, plane.inFlight);
      return ACCEPTED;
    case 'request': {
      const given = await answer(plane, incoming, message);
      return given === undefined ? ACCEPTED : answerReply(message.id, given);
    }
  }
}

/**
 * Gives a request the signal of its era: a modern agent cancels by closing the stream, a legacy one by saying so, and takes an answer
 * for a mistake then (P §3.6).
 */
function answer(
  plane: DataPlane,
  incoming: Incoming,
  message: RequestMessage,
): Promise<RpcAnswer | undefined> {
  const { exchange } = incoming;
  // The answer to a handshake has the session in its headers, and those of a stream are sent before it is known.
  if (message.method !== 'initialize') exchange.expectDelay();
  if (message.era === 'legacy') return answerLegacy(plane, incoming, message);
  if (METHODS.get(message.method)?.lasts === true) incoming.release?.();
  return answerRequest(agentRequest(plane, incoming, { message, signal: exchange.closed }), plane.inFlight);
}

async function answerLegacy(
  plane: DataPlane,
  incoming: Incoming,
  message: RequestMessage,
): Promise<RpcAnswer | undefined> {
  const canceller = plane.inFlight.cancellable(message);
  const { signal } = canceller;
  const { session } = message;
  const giveBack = session === undefined ? undefined : lendAnswer(plane, incoming, session);
  try {
    const given = await answerRequest(agentRequest(plane, incoming, { message, signal }), plane.inFlight);
    if (message.method === 'initialize') beginSession(plane, incoming, given);
    return signal.aborted ? undefined : given;
  } finally {
    plane.inFlight.forget(message, canceller);
    giveBack?.();
  }
}

const LAST_WITH_BATCHES = '2025-03-26';

/** Every element is decided on its own; a modern message, a handshake or another session's revision ends the whole. */
async function answerBatch(plane: DataPlane, incoming: Incoming, elements: readonly Json[]): Promise<Reply> {
  const { session } = incoming.caller;
  const allowed = session !== undefined && session !== 'unknown' && session.protocol <= LAST_WITH_BATCHES;
  const fits = elements.length > 0 && elements.length <= MAX_BATCH;
  if (!allowed || !fits || elements.some(isOutOfPlace)) {
    const text = allowed
      ? `expected a batch of 1 to ${MAX_BATCH} messages of this session`
      : 'batches are not part of this protocol version';
    await recordMalformed(plane, incoming, text);
    return refusalReply(refuse(CODES.invalidRequest, text));
  }
  const replies = await Promise.all(elements.map((element) => answerOne(plane, incoming, element)));
  // A reply to one message has one object as its body.
  const bodies = replies.flatMap((reply) => (reply.body === undefined ? [] : [reply.body as JsonObject]));
  return bodies.length === 0 ? ACCEPTED : { status: 200, body: bodies };
}

function isOutOfPlace(element: Json): boolean {
  return !isJsonObject(element) || element['method'] === 'initialize' || claimsRevision(element);
}

/** A modern message says its revision in its envelope; the same text anywhere else is a text like any other (P §2.2). */
function claimsRevision(element: JsonObject): boolean {
  const params = ownProperty(element, 'params');
  const meta = isJsonObject(params) ? ownProperty(params, '_meta') : undefined;
  return isJsonObject(meta) && Object.hasOwn(meta, META.protocolVersion);
}
