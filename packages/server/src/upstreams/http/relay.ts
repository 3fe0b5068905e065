import type { JsonObject } from '@boomgate/engine';
import type { ChannelEvents } from '../channel.ts';
import type { Clock } from '../clock.ts';
import type { UpstreamRequest } from '../contract.ts';
import { isWanted } from '../log-levels.ts';
import { throttled, toNotification } from '../server-messages.ts';
import { readEvent } from '../watch/events.ts';

/**
 * Passes what arrives on the stream of one request to whom it is for. Tokens of other requests are dropped, and log
 * messages that this request did not ask for.
 */
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
      const event = readEvent(message);
      if (event !== undefined) options.events.onEvent(event);
      return;
    }
    const { token, notification } = found;
    const isOurs =
      notification.method === 'notifications/message'
        ? isWanted(request.logLevel, notification.params)
        : token === id;
    if (isOurs) pass?.(notification);
  };
}
