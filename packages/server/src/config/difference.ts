import { isDeepStrictEqual } from 'node:util';
import type { Policy } from '@boomgate/engine';
import type { Provider } from '../sign-on/index.ts';
import { type Config, DAY_MS, type Retention } from './config.ts';

/** What may be shown of a setting: numbers, switches and names as they are, everything that may be secret as a fingerprint. */
type Facts = ReadonlyMap<string, string>;

export type Setting = {
  readonly setting: string;
  /** Absent: it was not there, or is not any more. */
  readonly before?: string;
  readonly after?: string;
};

/** Something that a configuration declares and another one does not, or otherwise. */
export type Differing = {
  readonly what:
    | 'server'
    | 'grant'
    | 'webhook'
    | 'retention'
    | 'mail'
    | 'metrics'
    | 'provider'
    | 'sign-in'
    | 'agents'
    | 'approvals';
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** What differs, by name; empty for what is removed. */
  readonly settings: readonly Setting[];
};

/** `before` and `after` are equal in nothing that a call is decided by. */
export type DifferingPolicy = { readonly name: string; readonly before?: Policy; readonly after?: Policy };

export type ConfigDifference = {
  readonly things: readonly Differing[];
  readonly policies: readonly DifferingPolicy[];
};

/** What stands for a secret: equal for equal ones, and tells nothing else. */
export type Fingerprint = (secret: string) => string;

/** What would change if a configuration took the place of another; in the order of names. */
export function configDifference(before: Config, after: Config, fingerprint: Fingerprint): ConfigDifference {
  const kinds = Object.keys(FACTS) as Differing['what'][]; // a cast: the table's keys are exactly these
  const things = kinds.flatMap((what) => {
    const [one, other] = [before, after].map((config) => new Map(FACTS[what](config, fingerprint)));
    return differing(what, one ?? new Map(), other ?? new Map());
  });
  return { things, policies: differingPolicies(before, after) };
}

type Named = readonly (readonly [name: string, facts: Facts])[];

/** How each kind of thing is named, and what of it may be shown. */
const FACTS = {
  server: ({ servers }, print) => servers.map(({ slug, ...settings }) => [slug, flat(settings, print)]),
  grant: ({ grants }, print) => grants.map(({ name, ...grant }) => [name, flat(grant, print)]),
  webhook: ({ webhooks }, print) =>
    webhooks.map(({ url, ...webhook }) => [`${new URL(url).host} ${print(url)}`, flat(webhook, print)]),
  retention: ({ retention }) => [['', keptFacts(retention)]],
  mail: ({ mail }, print) => (mail === undefined ? [] : [['', flat(mail, print)]]),
  metrics: ({ metrics }, print) => (metrics === undefined ? [] : [['', flat(metrics, print)]]),
  provider: ({ providers }, print) => providers.map((one) => [one.id, providerFacts(one, print)]),
  'sign-in': ({ requiresProvider }) => (requiresProvider ? [['', new Map([['only', 'providers']])]] : []),
  agents: ({ requiresBoundTokens }) =>
    requiresBoundTokens ? [['', new Map([['access_tokens', 'bound']])]] : [],
  approvals: ({ holdMs }) => (holdMs === undefined ? [] : [['', new Map([['hold_ms', String(holdMs)]])]]),
} satisfies Record<Differing['what'], (config: Config, print: Fingerprint) => Named>;

/** Settings whose texts come from a few words of ours, or name something of the file. */
const OPEN: ReadonlySet<string> = new Set(
  'title era isolation bigNumbers results argumentSecrets resultSecrets drift kind tls mode server policy stack events decisions audit host from owner workloads target.kind target.transport'.split(
    ' ',
  ),
);

/** A record by the paths of its texts and numbers; a text under any other name may be, or hold, a secret. */
function flat(value: unknown, print: Fingerprint, path: readonly string[] = []): Facts {
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).flatMap(([key, inner]) => [...flat(inner, print, [...path, key])]);
    return new Map(entries);
  }
  const name = path.join('.');
  const isOpen = typeof value !== 'string' || OPEN.has(path[0] ?? '') || OPEN.has(name);
  return new Map([[name, isOpen ? String(value) : print(String(value))]]);
}

/** Who is let in by a provider is no secret; what it and its directory know the gateway by is. */
function providerFacts(
  { agents = [], clientSecret, directoryTokenHash, id: _, ...open }: Provider,
  print: Fingerprint,
): Facts {
  const secrets = { clientSecret, scim: directoryTokenHash };
  const printed = Object.entries(secrets).flatMap(([name, secret]): [string, string][] =>
    secret === undefined ? [] : [[name, print(secret)]],
  );
  const clients = agents.map(({ id, key, secret }): [string, string] => [
    `agents ${id}`,
    print(secret ?? key),
  ]);
  return new Map([...flat(open, String), ...printed, ...clients]);
}

/** As the file says it. */
const keptFacts = (retention: Retention): Facts =>
  new Map(
    Object.entries(retention).map(([log, kept]) => [log, kept === 'forever' ? kept : `${kept / DAY_MS}d`]),
  );

function differing(
  what: Differing['what'],
  before: ReadonlyMap<string, Facts>,
  after: ReadonlyMap<string, Facts>,
): readonly Differing[] {
  return namesOf(before, after).flatMap((name): readonly Differing[] => {
    const [one, other] = [before.get(name), after.get(name)];
    if (other === undefined) return [{ what, name, kind: 'removed', settings: [] }];
    const settings = differingSettings(one ?? new Map(), other);
    if (one === undefined) return [{ what, name, kind: 'added', settings }];
    return settings.length === 0 ? [] : [{ what, name, kind: 'changed', settings }];
  });
}

function differingSettings(before: Facts, after: Facts): readonly Setting[] {
  return namesOf(before, after)
    .map((setting) => ({ setting, one: before.get(setting), other: after.get(setting) }))
    .filter(({ one, other }) => one !== other)
    .map(({ one, other, setting }) => ({
      setting,
      ...(one === undefined ? {} : { before: one }),
      ...(other === undefined ? {} : { after: other }),
    }));
}

function differingPolicies(before: Config, after: Config): readonly DifferingPolicy[] {
  const [one, other] = [before, after].map(
    ({ policies }) => new Map(policies.map(({ name, policy }) => [name, policy])),
  );
  return namesOf(one ?? new Map(), other ?? new Map())
    .map((name) => ({ name, was: one?.get(name), is: other?.get(name) }))
    .filter(({ is, was }) => !isDeepStrictEqual(was, is))
    .map(({ is, name, was }) => ({
      name,
      ...(was === undefined ? {} : { before: was }),
      ...(is === undefined ? {} : { after: is }),
    }));
}

function namesOf(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])].sort();
}
