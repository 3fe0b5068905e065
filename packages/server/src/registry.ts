import { isDeepStrictEqual } from 'node:util';
import { compilePolicy, type JsonObject, printPolicy } from '@boomgate/engine';
import type { Config } from './config/index.ts';
import { engineFunctions } from './functions/index.ts';
import type { PolicyInForce, Registry } from './proxy/index.ts';
import { type Actor, FIRST_ORGANIZATION, type Store } from './store/index.ts';
import type { ServerSettings, Upstreams } from './upstreams/index.ts';

/** The organisation of what a configuration file declares. */
export const ORGANIZATION = FIRST_ORGANIZATION;

/** By organisation. */
export type Registries = ReadonlyMap<string, Registry>;

type Places = { readonly store: Store; readonly upstreams: Upstreams };

/** Puts a checked configuration in force: versions for policies, ids for servers, grants, connections. */
export async function applyConfig(config: Config, places: Places): Promise<Registries> {
  const registries = await putInForce(config, places);
  await declareGrants(config, places.store);
  return registries;
}

/** What the file declares, and what the store holds, become what requests are decided by. */
export async function putInForce(config: Config, { store, upstreams }: Places): Promise<Registries> {
  const registry = await declaredByFile(config, store);
  await upstreams.replace([...new Set(registry.servers.values())]);
  return new Map([[ORGANIZATION, registry]]);
}

/** That of the configuration file, which is the first organisation's. */
async function declaredByFile(config: Config, store: Store): Promise<Registry> {
  const by = fileActor(config);
  const policies = new Map<string, PolicyInForce>();
  for (const { name, policy } of config.policies) {
    const version = await store.policies.register(name, printPolicy(policy), by);
    policies.set(name, { name, version, policy, compiled: compilePolicy(policy, engineFunctions) });
  }
  const settings: ServerSettings[] = [];
  for (const server of config.servers) {
    const id = await store.servers.idFor(server.slug);
    settings.push({ ...server, id, organization: ORGANIZATION });
  }
  const servers = new Map(settings.flatMap((one) => [[one.slug, one] as const, [one.id, one] as const]));
  return { servers, policies };
}

async function declareGrants(config: Config, store: Store): Promise<void> {
  const by = fileActor(config);
  await store.grants.replaceFileGrants(
    config.grants.map(({ tokenHash, ...grant }) => ({
      tokenHash,
      grant: { ...grant, id: `file:${grant.name}`, organization: ORGANIZATION, origin: 'file' },
    })),
    by,
  );
  await noteSettings(store, { by, after: settingsFacts(config, store) });
}

/** Who changes what when a configuration file was edited: the file's path, as nobody knows whose hand it was. */
function fileActor({ files: [path = ''] }: Config): Actor {
  return { kind: 'file', id: path, name: path, via: 'file', address: '' };
}

/** What no other row says: how servers are reached, as fingerprints since credentials are in it, and how long rows are kept. */
function settingsFacts({ retention, servers }: Config, { audit }: Store): JsonObject {
  const prints = servers.map((one) => [one.slug, audit.fingerprint(JSON.stringify(one))] as const);
  return { servers: Object.fromEntries(prints), retention };
}

const APPLIED = 'settings.applied';

/** A row when the settings differ from those of the newest row; a restart with the same file leaves none. */
async function noteSettings(
  { audit }: Store,
  { after, by }: { readonly by: Actor; readonly after: JsonObject },
): Promise<void> {
  const [newest] = await audit.query({ limit: 1, action: APPLIED });
  if (isDeepStrictEqual(newest?.after, after)) return;
  await audit.record({
    organization: ORGANIZATION,
    actor: by,
    action: APPLIED,
    target: { kind: 'settings', id: 'file', name: by.name },
    ...(newest?.after === undefined ? {} : { before: newest.after }),
    after,
  });
}
