import { randomUUID } from 'node:crypto';
import {
  type GrantRecord,
  isPolicyFor,
  mintToken,
  ORGANIZATION,
  type Store,
  type StoredPolicy,
  stackFault,
} from '@boomgate/server/stored';
import { DEFAULT_URL, endpointOf } from '../endpoint.ts';
import type { GrantMintPlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { type Addressed, addressIn } from './addressed.ts';
import { findConfig } from './config-file.ts';
import { placeFlag } from './gateway-options.ts';
import { someOf } from './some-names.ts';
import { openToWrite } from './store.ts';

/** Makes a grant. Its token is printed now and never again: only the hash is kept. */
export async function runGrantMint(plan: GrantMintPlan, world: World): Promise<ExitCode> {
  const { token, hash } = mintToken();
  const stack = stackOf(plan);
  const ambiguous = stack && stackFault(stack);
  if (ambiguous !== undefined) return world.fail(ambiguous);
  const store = world.keep(await openToWrite(plan, world.facts));
  const fault = await nameFault(plan, world, store);
  if (fault !== undefined) return world.fail(fault);
  const grant = await store.grants.create(
    {
      id: randomUUID(),
      organization: ORGANIZATION,
      name: plan.name,
      server: plan.server,
      ...(stack === undefined ? {} : { stack }),
      labels: plan.labels,
      mode: plan.mode,
      origin: 'minted',
      ...(plan.policy === undefined ? {} : { policy: plan.policy }),
      ...(plan.owner === undefined ? {} : { owner: plan.owner }),
      ...(plan.ownerMaySignIn === undefined ? {} : { ownerMaySignIn: plan.ownerMaySignIn }),
      ...(plan.networks === undefined ? {} : { networks: plan.networks }),
      ...(plan.expiresAtMs === undefined ? {} : { expiresAtMs: plan.expiresAtMs }),
    },
    plan.keepToken === true ? { hash, token } : hash,
    commandLineActor(),
  );
  tell(grant, token, { plan: { ...plan, url: await addressIn(store, plan) }, world });
  return 0;
}

function stackOf({ stack }: GrantMintPlan): GrantRecord['stack'] {
  return stack && Object.entries(stack).map(([server, policy]) => ({ server, policy }));
}

/** The token alone is data, so that it can be piped; the rest is for the person. */
function tell(
  grant: GrantRecord,
  token: string,
  { plan, world }: { plan: Addressed<GrantMintPlan>; world: World },
): void {
  const { facts, output, show } = world;
  const url = endpointOf(plan.url, plan.server);
  if (show.json) {
    output.json({ ...grant, url, token });
    return;
  }
  const at = plan.url === DEFAULT_URL ? '' : ` --url ${plan.url}`;
  output.data(token);
  const again = plan.keepToken ? 'It is shown again by "boomgate grant reveal".' : 'It is not shown again.';
  output.note(`\nThis is the token of the grant ${JSON.stringify(grant.name)}. ${again}`);
  if (grant.policy === undefined && grant.stack === undefined) {
    output.note(
      output.paintNote.held('The grant has no policy, so every call is refused: add --policy NAME.'),
    );
  }
  const isStack = grant.stack !== undefined;
  const naming = isStack ? ', where tools are named SERVER__TOOL' : '';
  const opens = isStack ? '--stack' : `--server ${plan.server}`;
  output.note(`It opens ${url}${naming}; connect a client with`);
  output.note(`  boomgate connect CLIENT ${opens}${at}${placeFlag(plan, facts)}`);
  output.note(
    `A platform that asks for a client ID and a secret takes ${grant.id} and the token, at /mcp-oauth/ in place of /mcp/.`,
  );
}

/** Names that neither the configuration nor the store knows would give a grant that opens nothing; a policy for one server decides no other. */
async function nameFault(
  plan: GrantMintPlan,
  { facts, output }: World,
  store: Store,
): Promise<string | undefined> {
  const path = plan.config ?? findConfig(facts);
  if (path === undefined)
    return unknownFault(plan, { output, store, why: 'there is no configuration file here' });
  const { declaredNames } = await import('@boomgate/server/declared-names');
  const declared = await declaredNames(path);
  if (!declared.ok) {
    if (plan.config !== undefined) return declared.problems.join('\n');
    const why = `${path} has problems: ${declared.problems[0] ?? ''}`;
    return unknownFault(plan, { output, store, why });
  }
  const stored = {
    servers: await store.servers.list(ORGANIZATION),
    policies: await store.policies.stored(ORGANIZATION),
  };
  const slugs = [...declared.servers, ...stored.servers.map(({ slug }) => slug)];
  // Of two of one name that of the file is in force.
  const ofStore = stored.policies.filter(({ name }) => !declared.policies.includes(name));
  const names = [...declared.policies, ...ofStore.map(({ name }) => name)];
  for (const { policy, server } of stackOf(plan) ?? [plan]) {
    const fault =
      missing('server', server, slugs) ??
      (policy === undefined
        ? undefined
        : (missing('policy', policy, names) ?? unfit(policy, server, ofStore)));
    if (fault !== undefined) return fault;
  }
  return undefined;
}

type Unchecked = { readonly output: World['output']; readonly store: Store; readonly why: string };

/** Without a configuration there is still what gateways of this store had in force; a store that no gateway has opened knows nothing. */
async function unknownFault(
  plan: GrantMintPlan,
  { output, store, why }: Unchecked,
): Promise<string | undefined> {
  const slugs = await store.servers.slugs(ORGANIZATION);
  if (slugs.length === 0) {
    output.note(`names were not checked, because ${visible(why)}: --config names one`);
    return undefined;
  }
  const policies = await store.policies.stored(ORGANIZATION);
  const never = (noun: string, wanted: string, known: string): string =>
    `expected a ${noun} that a gateway has had in force, found ${JSON.stringify(wanted)}; ${known}; ${why}: --config names one`;
  for (const { policy, server } of stackOf(plan) ?? [plan]) {
    if (!slugs.includes(server)) return never('server', server, `known: ${someOf(slugs)}`);
    if (policy === undefined) continue;
    const [newest] = await store.policies.versions(
      { organization: ORGANIZATION, name: policy },
      { limit: 1 },
    );
    if (newest === undefined) return never('policy', policy, '"boomgate policy list" shows them');
    const fault = unfit(policy, server, policies);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function unfit(name: string, server: string, stored: readonly StoredPolicy[]): string | undefined {
  const found = stored.find((one) => one.name === name);
  if (found === undefined || isPolicyFor(found, server)) return undefined;
  return `expected a policy for ${JSON.stringify(server)} or for any server, found ${JSON.stringify(name)}, which is for ${JSON.stringify(found.server)}`;
}

function missing(noun: string, wanted: string, known: readonly string[]): string | undefined {
  if (known.includes(wanted)) return undefined;
  const list = known.length === 0 ? 'none' : [...new Set(known)].join(', ');
  return `expected a ${noun} of the configuration or of the API, found ${JSON.stringify(wanted)}; known: ${list}`;
}
