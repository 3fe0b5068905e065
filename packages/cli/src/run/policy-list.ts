import { type GrantRecord, ORGANIZATION, type Store } from '@boomgate/server/stored';
import type { PolicyListPlan } from '../plan/index.ts';
import { type ListedPolicy, printPolicies } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { isOpen } from './open-grant.ts';
import { openToRead } from './store.ts';

export async function runPolicyList(
  plan: PolicyListPlan,
  { facts, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToRead(plan, facts));
  const known = await knownPolicies(store);
  const listed = await Promise.all(
    known.map(async ({ grants, name }): Promise<ListedPolicy> => {
      const owner = { organization: ORGANIZATION, name };
      const stored = await store.policies.find(owner);
      const [newest] = await store.policies.versions(owner, { limit: 1 });
      const version = stored ?? newest;
      const about = version && {
        version: version.version,
        sha256: version.sha256,
        atMs: version.createdAtMs,
      };
      const from = stored === undefined ? 'file' : 'stored';
      const open = grants.filter((grant) => isOpen(grant, facts.nowMs));
      return { name, ...(about && { from, ...about }), grants: open.length };
    }),
  );
  if (show.json) output.json(listed);
  else if (listed.length > 0) output.data(printPolicies(listed, { ...output, ...facts }));
  else
    output.note(
      'no policy was saved and no grant names one; for policies in files: boomgate policy check FILE',
    );
  return 0;
}

type KnownPolicy = { readonly name: string; readonly grants: readonly GrantRecord[] };

/** What is stored and what grants name, by name; of a file that was read once nothing else tells. */
export async function knownPolicies(store: Store): Promise<readonly KnownPolicy[]> {
  const grants = (await store.grants.list()).filter(({ organization }) => organization === ORGANIZATION);
  const stored = (await store.policies.stored(ORGANIZATION)).map(({ name }) => name);
  const names = new Set([...stored, ...grants.flatMap(policiesOf)]);
  return [...names]
    .sort()
    .map((name) => ({ name, grants: grants.filter((grant) => policiesOf(grant).includes(name)) }));
}

const policiesOf = ({ policy, stack = [] }: GrantRecord): readonly string[] =>
  [policy, ...stack.map((one) => one.policy)].filter((name) => name !== undefined);
