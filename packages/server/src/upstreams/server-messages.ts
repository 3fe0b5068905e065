import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { NOTIFICATIONS_PER_SECOND } from './bounds.ts';
import type { Clock } from './clock.ts';
import type { ListKind, UpstreamNotification } from './contract.ts';

type LocalAnswer = { readonly result: JsonObject } | { readonly error: JsonObject };

/** What the gateway itself answers to requests of a legacy server (P §3.4); everything else is not offered. */
const localAnswers: Readonly<Record<string, LocalAnswer | undefined>> = {
  ping: { result: {} },
  'roots/list': { result: { roots: [] } },
  'elicitation/create': { result: { action: 'cancel' } },
};
const notOffered: LocalAnswer = { error: { code: -32601, message: 'Method not found' } };

/** The text that answers a server's own request, or undefined when the message is no request. */
export function answerServerRequest(message: JsonObject): string | undefined {
  const { id, method } = message;
  if (typeof method !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) return undefined;
  const answer = (Object.hasOwn(localAnswers, method) ? localAnswers[method] : undefined) ?? notOffered;
  return JSON.stringify({ jsonrpc: '2.0', id, ...answer });
}

const changedLists: Readonly<Record<string, readonly ListKind[] | undefined>> = {
  'notifications/tools/list_changed': ['tools'],
  'notifications/prompts/list_changed': ['prompts'],
  'notifications/resources/list_changed': ['resources', 'resourceTemplates'],
};

/** The listings that a notification makes stale. */
export function changedListings(method: Json | undefined): readonly ListKind[] {
  return (
    (typeof method === 'string' && Object.hasOwn(changedLists, method) ? changedLists[method] : undefined) ??
    []
  );
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
