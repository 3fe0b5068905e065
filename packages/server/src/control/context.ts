import type { EngineFunctions, ToolFacts } from '@boomgate/engine';
import type { Comparer } from '../comparison/index.ts';
import type { PeopleContext } from '../identity/index.ts';
import type { Clock } from '../limits/index.ts';
import type { Store, ToolOwner } from '../store/index.ts';
import type { UnownedSettings, Upstreams } from '../upstreams/index.ts';

/** Everything that the control plane works with. Made once by the server. */
export type ControlContext = {
  readonly store: Store;
  readonly people: PeopleContext;
  readonly upstreams: Upstreams;
  /** What is declared for an organisation: that of the configuration file is the first one's. */
  readonly declared: (organization: string) => Declared;
  /** Names of what is in force for an organisation now: declared or stored. */
  readonly inForce: (organization: string) => InForce;
  /** The tools that a server of an organisation offers, as decisions see them; undefined while they are not known. */
  readonly offered: (owner: ToolOwner) => Promise<readonly ToolFacts[] | undefined>;
  readonly comparer: Comparer;
  readonly functions: EngineFunctions;
  /** To be called after grants were changed: streams of agents are judged again. */
  readonly changed: () => void;
  /** To be called after stored servers or policies were changed: once it resolves, the very next request goes by them. */
  readonly reapply: () => Promise<void>;
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

export type InForce = { readonly servers: readonly string[]; readonly policies: readonly string[] };

/** The operator's log. Fields never hold credentials. */
export type Log = Readonly<
  Record<'info' | 'warn' | 'error', (fields: Readonly<Record<string, unknown>>, message: string) => void>
>;
