import { setImmediate as nextTurn } from 'node:timers/promises';
import { compilePolicy, type JsonObject, printPolicy } from '@boomgate/engine';
import type { Config } from '../config/index.ts';
import { engineFunctions } from '../functions/index.ts';
import { type Log, NOTHING_REGISTERED, type PolicyInForce, type Registry } from '../proxy/index.ts';
import { type Actor, FIRST_ORGANIZATION, type Store } from '../store/index.ts';
import { type ServerSettings, takesSignIn, type Upstreams } from '../upstreams/index.ts';
import { keyOf, type WorkloadRule } from '../workloads/index.ts';
import type { StoredPolicies } from './stored-policies.ts';
import { type StoredRules, storedServers } from './stored-servers.ts';

/** The organisation of what a configuration file declares. */
export const ORGANIZATION = FIRST_ORGANIZATION;

/** By organisation. */
export type Registries = ReadonlyMap<string, Registry>;

type Places = {
  readonly store: Store;
  readonly upstreams: Upstreams;
  readonly storedPolicies: StoredPolicies;
  readonly log: Log;
  /** What servers may be that were registered through the API. */
  readonly rules: StoredRules;
};

/** Puts a checked configuration in force: versions for policies, ids for servers, grants, connections. */
export async function applyConfig(
  config: Config,
  places: Places,
): Promise<{ readonly declared: Registry; readonly registries: Registries }> {
  const declared = await declaredByFile(config, places.store);
  const registries = await putInForce({ config, declared }, places);
  await declareGrants(config, places.store);
  return { declared, registries };
}

/** What the file declares, compiled when it was applied, and what the store holds now become what requests are decided by. */
export async function putInForce(
  { config, declared }: { readonly config: Config; readonly declared: Registry },
  places: Places,
): Promise<Registries> {
  const restarts = await places.store.servers.restarts();
  const servers = [...(await signedIn(declared, places.store)), ...(await storedServers(config, places))].map(
    (one): ServerSettings => ({ ...one, restarts: restarts.get(one.id) ?? 0 }),
  );
  const policies = await places.storedPolicies.inForce(places.store);
  const stopped = await places.store.people.organizations.stopped();
  const organizations = new Set([
    ORGANIZATION,
    ...policies.keys(),
    ...servers.map(({ organization }) => organization),
  ]);
  const registries = new Map(
    [...organizations].map((organization) => {
      const ofFile = organization === ORGANIZATION ? declared.policies : NOTHING_REGISTERED.policies;
      return [
        organization,
        {
          servers: new Map(bySlugAndId(servers.filter((one) => one.organization === organization))),
          // Of two of one name the file's is in force.
          policies: new Map([...(policies.get(organization) ?? []), ...ofFile]),
          isStopped: stopped.has(organization),
        },
      ];
    }),
  );
  await places.upstreams.replace(servers);
  return registries;
}

/** That of the configuration file, which is the first organisation's. */
async function declaredByFile(config: Config, store: Store): Promise<Registry> {
  const by = fileActor(config);
  const policies = new Map<string, PolicyInForce>();
  for (const { name, policy } of config.policies) {
    const version = await store.policies.register(name, printPolicy(policy), by);
    policies.set(name, { name, version, policy, compiled: compilePolicy(policy, engineFunctions) });
    // There may be hundreds, while calls go on.
    await nextTurn();
  }
  const settings: ServerSettings[] = [];
  for (const server of config.servers) {
    const id = await store.servers.idFor(ORGANIZATION, server.slug);
    settings.push({ ...server, id, organization: ORGANIZATION });
  }
  return { ...NOTHING_REGISTERED, servers: new Map(bySlugAndId(settings)), policies };
}

/** The servers of the file with the sign-ins that there are: they belong to the store, addresses and settings to the file. */
async function signedIn(declared: Registry, store: Store): Promise<readonly ServerSettings[]> {
  const inForce = await store.serverSignIns.inForce(ORGANIZATION);
  return [...new Set(declared.servers.values())].map((one) => {
    const found = inForce.get(one.id);
    const { target } = one;
    if (found === undefined || target.kind !== 'http' || !takesSignIn(target, found.address)) return one;
    return { ...one, target: { ...target, signedInAtMs: found.signedInAtMs } };
  });
}

function bySlugAndId(servers: readonly ServerSettings[]): (readonly [string, ServerSettings])[] {
  return servers.flatMap((one) => [[one.slug, one] as const, [one.id, one] as const]);
}

async function declareGrants(config: Config, store: Store): Promise<void> {
  const by = fileActor(config);
  await store.grants.replaceFileGrants(
    config.grants.map(({ keys, tokenHash, workloads = [], ...grant }) => ({
      ...{ tokenHash, gives: [...workloads.map(keyOf), ...(keys === undefined ? [] : [keys.key])] },
      grant: { ...grant, id: `file:${grant.name}`, organization: ORGANIZATION, origin: 'file' },
    })),
    by,
    config.providers.flatMap(({ agents = [] }) => agents.map(({ key }) => key)),
  );
  // A restart with the same file leaves no row.
  await store.audit.recordState({
    organization: ORGANIZATION,
    actor: by,
    action: 'settings.applied',
    target: { kind: 'settings', id: 'file', name: by.name },
    after: settingsFacts(config, store),
  });
}

/** Who changes what when a configuration file was edited: the file's path, as nobody knows whose hand it was. */
function fileActor({ files: [path = ''] }: Config): Actor {
  return { kind: 'file', id: path, name: path, via: 'file', address: '' };
}

/**
 * What no other row says: how servers are reached, as fingerprints since credentials are in it, which workloads and keys grants are for, of which programs
 * a provider lets agents in, and by which secrets, and how long rows are kept.
 */
function settingsFacts({ grants, providers, retention, servers }: Config, { audit }: Store): JsonObject {
  const prints = servers.map((one) => [one.slug, audit.fingerprint(JSON.stringify(one))] as const);
  const workloads = grants.flatMap(({ name, workloads: rules = [] }) =>
    rules.length === 0 ? [] : [[name, rules.map(shownRule)] as const],
  );
  const vouched = providers.flatMap(({ agents = [], id, issuer }) => {
    const clients = agents.map((client) => [client.id, audit.fingerprint(client.key)] as const);
    return clients.length === 0 ? [] : [[id, { issuer, clients: Object.fromEntries(clients) }] as const];
  });
  const signing = grants.flatMap(({ keys, name }) =>
    keys === undefined ? [] : [[name, audit.fingerprint(keys.key)] as const],
  );
  return {
    servers: Object.fromEntries(prints),
    retention,
    ...(workloads.length === 0 ? {} : { workloads: Object.fromEntries(workloads) }),
    ...(signing.length === 0 ? {} : { keys: Object.fromEntries(signing) }),
    ...(vouched.length === 0 ? {} : { agents: Object.fromEntries(vouched) }),
  };
}

function shownRule({ claims, issuer, subject }: WorkloadRule): JsonObject {
  return { issuer: issuer.issuer, audience: issuer.audience ?? null, subject, claims };
}
