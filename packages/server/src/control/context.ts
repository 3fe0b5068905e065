import type { JsonObject } from '@boomgate/engine';
import type { PeopleContext } from '../identity/index.ts';
import type { Clock } from '../limits/index.ts';
import type { ServerOwner, ServerSecrets, Store } from '../store/index.ts';
import type { ServerSettings, UnownedSettings, Upstreams } from '../upstreams/index.ts';

/** Everything that the control plane works with. Made once by the server. */
export type ControlContext = {
  readonly store: Store;
  readonly people: PeopleContext;
  readonly upstreams: Upstreams;
  /** What is declared for an organisation: that of the configuration file is the first one's. */
  readonly declared: (organization: string) => Declared;
  /** The servers of an organisation that are in force, whoever registered them. */
  readonly registered: (organization: string) => readonly ServerSettings[];
  /** Whether a server may be registered through the API as it is: its settings, or every fault with its place. */
  readonly checkServer: (owner: ServerOwner, parts: ServerParts) => CheckedServer;
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

/** A server as the store keeps it: what may be read, and what may not. */
export type ServerParts = { readonly entry: JsonObject; readonly secrets: ServerSecrets };

/** `pointer` is a JSON Pointer into the entry; no message holds a value. */
export type CheckedServer =
  | { readonly ok: true; readonly settings: UnownedSettings }
  | {
      readonly ok: false;
      readonly faults: readonly { readonly pointer: string; readonly message: string }[];
    };

export type Declared = {
  readonly servers: readonly UnownedSettings[];
  readonly policies: readonly string[];
};

/** The operator's log. Fields never hold credentials. */
export type Log = Readonly<
  Record<'info' | 'warn' | 'error', (fields: Readonly<Record<string, unknown>>, message: string) => void>
>;
