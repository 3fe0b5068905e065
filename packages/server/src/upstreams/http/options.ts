import type { CapabilitySet } from '../capabilities.ts';
import type { ChannelEvents } from '../channel.ts';
import type { Clock } from '../clock.ts';
import type { Egress } from '../egress.ts';

export type HttpChannelOptions = {
  readonly egress: Egress;
  readonly clock: Clock;
  /** Of the gateway, for the server to see. */
  readonly version: string;
  readonly events: ChannelEvents;
  /** What is declared to a server of the legacy era, once for its session. */
  readonly capabilities: CapabilitySet;
};
