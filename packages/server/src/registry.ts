import { compilePolicy, printPolicy } from '@boomgate/engine';
import type { Config } from './config/index.ts';
import { engineFunctions } from './functions/index.ts';
import type { PolicyInForce, Registry } from './proxy/index.ts';
import { FIRST_ORGANIZATION, type Store } from './store/index.ts';
import type { ServerSettings, Upstreams } from './upstreams/index.ts';

/** The organisation of what a configuration file declares. */
export const ORGANIZATION = FIRST_ORGANIZATION;

/** Puts a checked configuration in force: versions for policies, ids for servers, grants, connections. */
export async function applyConfig(
  config: Config,
  { store, upstreams }: { store: Store; upstreams: Upstreams },
): Promise<Registry> {
  const policies = new Map<string, PolicyInForce>();
  for (const { name, policy } of config.policies) {
    const version = await store.policies.register(name, printPolicy(policy));
    policies.set(name, { name, version, compiled: compilePolicy(policy, engineFunctions) });
  }
  const settings: ServerSettings[] = [];
  for (const server of config.servers)
    settings.push({ ...server, id: await store.servers.idFor(server.slug) });
  await upstreams.replace(settings);
  await store.grants.replaceFileGrants(
    config.grants.map(({ tokenHash, ...grant }) => ({
      tokenHash,
      grant: { ...grant, id: `file:${grant.name}`, organization: ORGANIZATION, origin: 'file' },
    })),
  );
  const servers = new Map(settings.flatMap((one) => [[one.slug, one] as const, [one.id, one] as const]));
  return { servers, policies };
}
