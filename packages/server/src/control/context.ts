import type { AnswerOf, Endpoints } from '@boomgate/contract';
import type { CompiledPolicy } from '@boomgate/engine';
import type { PeopleContext } from '../identity/index.ts';
import type { Clock } from '../limits/index.ts';
import type { Mailer } from '../mail/index.ts';
import type { Store, WebhookRecord } from '../store/index.ts';
import type { UnownedSettings, Upstreams } from '../upstreams/index.ts';
import type { IndexDesk } from './index-desk.ts';

/** Everything that the control plane works with. Made once by the server. */
export type ControlContext = {
  readonly store: Store;
  readonly people: PeopleContext;
  readonly upstreams: Upstreams;
  /** What is declared for an organisation: that of the configuration file is the first one's. */
  readonly declared: (organization: string) => Declared;
  /** By name: what decides the calls of an organisation now. */
  readonly policiesInForce: (organization: string) => ReadonlyMap<string, PolicyInForce>;
  readonly index: IndexDesk;
  /** What a client's configuration declares, for an organisation that thinks of registering it. */
  readonly preview: (organization: string, text: string) => Preview;
  /** To be called after grants were changed: streams of agents are judged again. */
  readonly changed: () => void;
  /** To be called after stored servers or policies were changed: once it resolves, the very next request goes by them. */
  readonly reapply: () => Promise<void>;
  readonly webhooks: WebhookDesk;
  readonly mailer: Mailer;
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

/** What is known of webhooks beside those that are stored. */
export type WebhookDesk = {
  /** Of the configuration file, which is the first organisation's. */
  readonly declared: (organization: string) => readonly DeclaredWebhook[];
  /** Why an address cannot be one, repeating nothing of it; or undefined. */
  readonly addressFault: (url: string) => string | undefined;
  readonly newSecret: () => string;
  readonly shownAddress: (url: string) => string;
  /** What a test sends to a receiver of this kind. */
  readonly testBody: (kind: WebhookRecord['kind']) => string;
};

/** `address` without what only who writes there may know. */
export type DeclaredWebhook = Pick<WebhookRecord, 'id' | 'name' | 'kind' | 'events'> & {
  readonly address: string;
};

export type PolicyInForce = { readonly version: number; readonly compiled: CompiledPolicy };

/** `problem` repeats nothing of the text. */
export type Preview = AnswerOf<Endpoints['stack']['preview']> | { readonly problem: string };

export type Declared = {
  readonly servers: readonly UnownedSettings[];
  readonly policies: readonly string[];
};

/** The operator's log. Fields never hold credentials. */
export type Log = Readonly<
  Record<'info' | 'warn' | 'error', (fields: Readonly<Record<string, unknown>>, message: string) => void>
>;
