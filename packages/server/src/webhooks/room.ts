import {
  WEBHOOKS_AT_ONCE,
  WEBHOOKS_OF_ORGANIZATION_AT_ONCE,
  WEBHOOKS_OF_RECEIVER_AT_ONCE,
} from '../limits/index.ts';
import type { DeliveriesOf, DeliveryPlace } from '../store/index.ts';

/** How many deliveries may begin, whosever they are, and whose may not. */
type Room = { readonly room: number; readonly full: readonly DeliveriesOf[] };

/** The room beside deliveries that are under way: a receiver that does not answer takes no more than its share. */
export function roomBeside(taken: readonly DeliveryPlace[]): Room {
  const organizations = Map.groupBy(taken, ({ organization }) => organization);
  const rooms = [...organizations].flatMap(([organization, own]) => {
    const room = WEBHOOKS_OF_ORGANIZATION_AT_ONCE - own.length;
    const receivers = [...Map.groupBy(own, ({ webhook }) => webhook)].map(([webhook, { length }]) => ({
      of: { organization, webhook },
      room: WEBHOOKS_OF_RECEIVER_AT_ONCE - length,
    }));
    return [{ of: { organization }, room }, ...(room > 0 ? receivers : [])];
  });
  const open = rooms.filter(({ room }) => room > 0).map(({ room }) => room);
  return {
    room: Math.min(WEBHOOKS_AT_ONCE - taken.length, WEBHOOKS_OF_RECEIVER_AT_ONCE, ...open),
    full: rooms.filter(({ room }) => room <= 0).map(({ of }) => of),
  };
}
