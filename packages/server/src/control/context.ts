import type { PeopleContext } from '../identity/index.ts';
import type { Clock } from '../limits/index.ts';
import type { Store } from '../store/index.ts';
import type { Upstreams } from '../upstreams/index.ts';

/** Everything that the control plane works with. Made once by the server. */
export type ControlContext = {
  readonly store: Store;
  readonly people: PeopleContext;
  readonly upstreams: Upstreams;
  readonly clock: Clock;
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

/** The operator's log. Fields never hold credentials. */
export type Log = Readonly<
  Record<'info' | 'warn' | 'error', (fields: Readonly<Record<string, unknown>>, message: string) => void>
>;
