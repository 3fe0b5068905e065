import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { NOTIFICATIONS_PER_SECOND } from './bounds.ts';
import type { Clock } from './clock.ts';
import type { AgentReply, Question, UpstreamNotification, UpstreamRequest } from './contract.ts';
import { isWanted } from './log-levels.ts';
import { CODES } from './protocol.ts';

/** What the gateway itself answers to requests of a legacy server (P §3.4); everything else is not offered. */
const localReplies: Readonly<Record<string, AgentReply | undefined>> = {
  ping: { kind: 'result', result: {} },
  'roots/list': { kind: 'result', result: { roots: [] } },
  'elicitation/create': { kind: 'result', result: { action: 'cancel' } },
};
const notOffered: AgentReply = {
  kind: 'error',
  error: { code: CODES.methodNotFound, message: 'Method not found' },
};

/** For a server that asks while too many wait for answers: no answer in a person's name. */
export const NO_PLACE_REPLY: AgentReply = {
  kind: 'error',
  error: { code: CODES.internal, message: 'too many questions are open' },
};

/** What a server is told when nobody can be asked. */
export function localReply(method: string): AgentReply {
  return (Object.hasOwn(localReplies, method) ? localReplies[method] : undefined) ?? notOffered;
}

/** A request of a server with the id that its answer must have. */
export type ServerRequest = { readonly id: string | number; readonly question: Question };

/** Undefined for notifications and answers. */
export function readServerRequest({ id, method, params }: JsonObject): ServerRequest | undefined {
  if (typeof method !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) return undefined;
  return { id, question: { method, params: isJsonObject(params) ? params : {} } };
}

export function replyText(id: string | number, reply: AgentReply): string {
  const body = reply.kind === 'result' ? { result: reply.result } : { error: reply.error };
  return JSON.stringify({ jsonrpc: '2.0', id, ...body });
}

/** The text that answers a server's own request without asking anybody, or undefined when the message is no request. */
export function answerServerRequest(message: JsonObject): string | undefined {
  const found = readServerRequest(message);
  return found === undefined ? undefined : replyText(found.id, localReply(found.question.method));
}

/** A progress or log notification as the contract gives it; undefined for any other message. */
export function toNotification(
  message: JsonObject,
): { token: Json | undefined; notification: UpstreamNotification } | undefined {
  const { method, params } = message;
  if ((method !== 'notifications/progress' && method !== 'notifications/message') || !isJsonObject(params))
    return undefined;
  const { progressToken: token, ...rest } = params;
  return { token, notification: { method, params: rest } };
}

/** Passes on what belongs to a request and is wanted there; undefined where nothing is. */
export function notifierOf(
  { onNotification, logLevel }: UpstreamRequest,
  clock: Clock,
): ((notification: UpstreamNotification) => void) | undefined {
  if (onNotification === undefined) return undefined;
  const pass = throttled(clock, onNotification);
  return (notification) => {
    const { method, params } = notification;
    if (method !== 'notifications/message' || isWanted(logLevel, params)) pass(notification);
  };
}

/** Passes notifications on, at most so many in a second: the rest of a flood is dropped, never the answer. */
export function throttled(
  clock: Clock,
  onNotification: (notification: UpstreamNotification) => void,
): (notification: UpstreamNotification) => void {
  let second = 0;
  let passed = 0;
  return (notification) => {
    const now = Math.floor(clock.now() / 1_000);
    if (now !== second) {
      second = now;
      passed = 0;
    }
    passed += 1;
    if (passed <= NOTIFICATIONS_PER_SECOND) onNotification(notification);
  };
}
