import type { JsonWebKey } from 'node:crypto';
import type { Policy } from '@boomgate/engine';
import type { MailSettings } from '../mail/index.ts';
import type { Provider } from '../sign-on/index.ts';
import type { EventKind, GrantRecord, WebhookKind } from '../store/index.ts';
import type { UnownedSettings } from '../upstreams/index.ts';
import type { WorkloadRule } from '../workloads/index.ts';

/** A configuration file that was read, checked and resolved; nothing in it is in force yet. */
export type Config = {
  readonly servers: readonly UnownedSettings[];
  readonly policies: readonly DeclaredPolicy[];
  readonly grants: readonly DeclaredGrant[];
  readonly retention: Retention;
  readonly webhooks: readonly DeclaredWebhook[];
  /** By whom people may sign in, beside passwords. */
  readonly providers: readonly Provider[];
  /** Members of the first organisation sign in by one of these, and no other way. */
  readonly requiresProvider: boolean;
  /** Agents and workloads get access tokens only that are bound to a key of theirs. */
  readonly requiresBoundTokens: boolean;
  /** Milliseconds that calls are held for a person where their server does not say; absent: the gateway's own. */
  readonly holdMs?: number;
  /** Absent: nobody is written to. */
  readonly mail?: MailSettings;
  /** Absent: only programs of this machine read metrics. */
  readonly metrics?: MetricsSettings;
  /** Absolute paths of everything that was read; a change of one is a change of the configuration. */
  readonly files: readonly string[];
  /** What was passed over, one line each. */
  readonly warnings: readonly string[];
};

/** What opens the metrics from elsewhere, as the SHA-256 of the token. */
export type MetricsSettings = { readonly tokenHash: string };

/** Milliseconds that rows of the two logs, and grants that are over, are kept; `forever` deletes none. */
export type Retention = {
  readonly decisions: KeptFor;
  readonly audit: KeptFor;
  readonly grants: KeptFor;
};
export type KeptFor = number | 'forever';

export const DAY_MS = 86_400_000;

/** Decisions as long as questions about them usually come; what people changed, always. */
export const DEFAULT_RETENTION: Retention = {
  decisions: 90 * DAY_MS,
  audit: 'forever',
  grants: 90 * DAY_MS,
};

export type DeclaredPolicy = { readonly name: string; readonly policy: Policy };

export type DeclaredWebhook = {
  readonly kind: WebhookKind;
  readonly url: string;
  readonly secret: string;
  readonly events: readonly EventKind[];
  readonly allowPrivate: boolean;
};

export type DeclaredGrant = Pick<
  GrantRecord,
  'name' | 'server' | 'stack' | 'labels' | 'mode' | 'networks' | 'owner'
> & {
  readonly policy?: string;
  readonly expiresAtMs?: number;
  /** Of a grant that has none it is one that nothing hashes to which can be presented. */
  readonly tokenHash: string;
  /** Programs that may work with it; absent where it is for who has the token. */
  readonly workloads?: readonly WorkloadRule[];
  /** Of programs that sign; absent where there are none. */
  readonly keys?: GrantKeys;
};

export type GrantKeys = {
  /** Public alone (RFC 7517). */
  readonly jwks: readonly JsonWebKey[];
  /** Stands for all of them: others have another one. */
  readonly key: string;
};

/** `problems` are whole lines for a person: file, place, what was expected and found. All are reported, not only the first. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[]; readonly files: readonly string[] };

export const EMPTY_CONFIG: Config = {
  servers: [],
  policies: [],
  grants: [],
  retention: DEFAULT_RETENTION,
  webhooks: [],
  providers: [],
  requiresProvider: false,
  requiresBoundTokens: false,
  files: [],
  warnings: [],
};

/** The longer of the two. */
export function longer(one: KeptFor, other: KeptFor): KeptFor {
  return one === 'forever' || other === 'forever' ? 'forever' : Math.max(one, other);
}

/** A length of time as the file says it: whole days, checked by its shape. */
export function keptFor(text: string | undefined, otherwise: KeptFor): KeptFor {
  if (text === undefined) return otherwise;
  return text === 'forever' ? text : Number.parseInt(text, 10) * DAY_MS;
}
