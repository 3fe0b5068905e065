import { isJsonObject, type JsonObject } from '@boomgate/engine';
import type { UpstreamEvent, Watched } from '../contract.ts';
import { META } from '../protocol.ts';
import { readEvent } from './events.ts';
import { readFilter } from './watched.ts';

/** What one message on a listen stream says (P §1.9). */
export type SubscriptionMessage =
  | { readonly kind: 'acknowledged'; readonly honoured: Watched }
  | { readonly kind: 'event'; readonly event: UpstreamEvent }
  /** The server ends the stream, or refused it before. */
  | { readonly kind: 'over'; readonly refused: boolean };

/** The subscription that a notification belongs to. */
export function subscriptionOf({ params }: JsonObject): number | undefined {
  const meta = isJsonObject(params) ? params['_meta'] : undefined;
  const id = isJsonObject(meta) ? meta[META.subscriptionId] : undefined;
  return typeof id === 'number' ? id : undefined;
}

/** Reads a message for the subscription with this id; undefined when it is not for it, or says nothing. */
export function readSubscriptionMessage(
  message: JsonObject,
  id: number,
  wanted: Watched,
): SubscriptionMessage | undefined {
  const { method, params } = message;
  if (method === undefined) {
    return message['id'] === id ? { kind: 'over', refused: message['result'] === undefined } : undefined;
  }
  if (method === 'notifications/cancelled')
    return isJsonObject(params) && params['requestId'] === id ? { kind: 'over', refused: false } : undefined;
  if (subscriptionOf(message) !== id) return undefined;
  if (method === 'notifications/subscriptions/acknowledged') {
    const filter = isJsonObject(params) ? params['notifications'] : undefined;
    return { kind: 'acknowledged', honoured: readFilter(filter, wanted) };
  }
  const event = readEvent(message);
  return event === undefined ? undefined : { kind: 'event', event };
}
