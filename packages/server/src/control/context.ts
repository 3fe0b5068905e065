import type { Policy } from '@boomgate/engine';
import type { PeopleContext } from '../identity/index.ts';
import type { Clock } from '../limits/index.ts';
import type { Store } from '../store/index.ts';
import type { UnownedSettings, Upstreams } from '../upstreams/index.ts';

/** Everything that the control plane works with. Made once by the server. */
export type ControlContext = {
  readonly store: Store;
  readonly people: PeopleContext;
  readonly upstreams: Upstreams;
  /** What is declared for an organisation: that of the configuration file is the first one's. */
  readonly declared: (organization: string) => Declared;
  /** What requests are decided by now. */
  readonly inForce: (organization: string) => InForce;
  /** To be called after grants were changed: streams of agents are judged again. */
  readonly changed: () => void;
  /** To be called after stored servers or policies were changed: once it resolves, the very next request goes by them. */
  readonly reapply: () => Promise<void>;
  readonly clock: Clock;
  /** The gateway is about to stop, and with it every stream. */
  readonly isStopping: () => boolean;
  readonly streams: StreamPlaces;
  readonly log: Log;
  readonly version: string;
  /** Which `Host` values are answered (DNS rebinding). */
  readonly allowsHost: (host: string) => boolean;
  /** Where the gateway is reached, as configured and never as a request says; without a final slash. */
  readonly url: () => string;
  /** TLS is ended in front of the gateway: cookies are `__Host-` ones, and the proxy says who asks. */
  readonly isBehindTls: boolean;
  readonly isBehindProxy: boolean;
};

/** How many streams each organisation has open. */
export type StreamPlaces = Map<string, number>;

export type InForce = {
  /** By slug, and by id. */
  readonly servers: ReadonlyMap<string, { readonly id: string; readonly slug: string }>;
  readonly policies: ReadonlyMap<
    string,
    { readonly name: string; readonly version: number; readonly policy: Policy }
  >;
};

export type Declared = {
  readonly servers: readonly UnownedSettings[];
  readonly policies: readonly string[];
};

/** The operator's log. Fields never hold credentials. */
export type Log = Readonly<
  Record<'info' | 'warn' | 'error', (fields: Readonly<Record<string, unknown>>, message: string) => void>
>;
