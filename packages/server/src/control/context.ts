import type { PeopleContext } from '../identity/index.ts';
import type { Clock } from '../limits/index.ts';
import type { Mailer } from '../mail/index.ts';
import type { SignOn } from '../sign-on/index.ts';
import type { Store } from '../store/index.ts';
import type { UnownedSettings, Upstreams } from '../upstreams/index.ts';

/** Everything that the control plane works with. Made once by the server. */
export type ControlContext = {
  readonly store: Store;
  readonly people: PeopleContext;
  readonly upstreams: Upstreams;
  /** What is declared for an organisation: that of the configuration file is the first one's. */
  readonly declared: (organization: string) => Declared;
  /** To be called after grants were changed: streams of agents are judged again. */
  readonly changed: () => void;
  /** To be called after stored servers or policies were changed: once it resolves, the very next request goes by them. */
  readonly reapply: () => Promise<void>;
  readonly mailer: Mailer;
  readonly signOn: SignOn;
  /** Does something once the answer is on its way: how long it takes tells nobody anything. What fails is logged. */
  readonly later: (what: string, work: () => Promise<void>) => void;
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

export type Declared = {
  readonly servers: readonly UnownedSettings[];
  readonly policies: readonly string[];
};

/** The operator's log. Fields never hold credentials. */
export type Log = Readonly<
  Record<'info' | 'warn' | 'error', (fields: Readonly<Record<string, unknown>>, message: string) => void>
>;
