import type { JsonObject } from '@boomgate/engine';
import type { ChannelEvents } from '../channel.ts';
import type { UpstreamNotification } from '../contract.ts';
import { toNotification } from '../server-messages.ts';
import { readEvent } from '../watch/events.ts';

export type RelayOptions = {
  readonly id: number;
  /** Absent: nobody is told. */
  readonly notify: ((notification: UpstreamNotification) => void) | undefined;
  readonly events: ChannelEvents;
};

/** Passes what arrives on the stream of one request to whom it is for; tokens of other requests are dropped. */
export function relayTo({ id, notify, events }: RelayOptions): (message: JsonObject) => void {
  return (message) => {
    const found = toNotification(message);
    if (found === undefined) {
      const event = readEvent(message);
      if (event !== undefined) events.onEvent(event);
      return;
    }
    const { token, notification } = found;
    if (notification.method === 'notifications/message' || token === id) notify?.(notification);
  };
}
