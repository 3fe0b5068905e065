import type { ScanReport } from '@boomgate/server';

/**
 * A policy to start from: the document of the only server; of several, one for each by its name, as "policies" of a
 * configuration. Undefined when no server was listed.
 */
export function policyOf({ servers }: ScanReport): unknown {
  const policies = servers.flatMap((server) =>
    server.outcome === 'listed' ? [[policyName(server.name), server.policy] as const] : [],
  );
  if (servers.length === 1) return policies[0]?.[1];
  return policies.length === 0 ? undefined : { policies: Object.fromEntries(policies) };
}

/** Names of policies stand in files and addresses: `@scope/name` becomes `scope-name`. */
function policyName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-._]+/, '');
  return plain === '' ? 'server' : plain.slice(0, 64);
}
