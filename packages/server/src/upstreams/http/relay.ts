import type { JsonObject } from '@boomgate/engine';
import type { ChannelEvents } from '../channel.ts';
import type { Clock } from '../clock.ts';
import type { UpstreamRequest } from '../contract.ts';
import { changedListings, throttled, toNotification } from '../server-messages.ts';

/** Passes what arrives on the stream of one request to whom it is for; tokens of other requests are dropped. */
export function relayTo(
  request: UpstreamRequest,
  id: number,
  options: { readonly clock: Clock; readonly events: ChannelEvents },
): (message: JsonObject) => void {
  const pass =
    request.onNotification === undefined ? undefined : throttled(options.clock, request.onNotification);
  return (message) => {
    const found = toNotification(message);
    if (found === undefined) {
      for (const kind of changedListings(message['method'])) options.events.onListChanged(kind);
    } else if (found.notification.method === 'notifications/message' || found.token === id) {
      pass?.(found.notification);
    }
  };
}
