import { checkTools, type Problem } from '@boomgate/engine';
import type { Config } from '@boomgate/server';
import { newestTools, ORGANIZATION, type Store } from '@boomgate/server/stored';
import type { Checked } from '../../report/index.ts';
import type { World } from '../../world.ts';
import { isOpen } from '../open-grant.ts';

/** Problems that one line tells; a policy that allows everything has one for each tool that does harm. */
const TOLD_MAX = 3;

const MEND = 'correct the policy; its page in the dashboard tells all problems with their places';

/**
 * The policies of the file, held against the tools that their servers were last seen to offer: what a save says of a stored policy, and
 * nothing else says of one that nobody saves. Whatever is found, the policy stays in force.
 */
export async function checkPolicies(
  config: Config,
  store: Store,
  { facts }: Pick<World, 'facts'>,
): Promise<readonly Checked[]> {
  const uses = usesOf(config, await liveGrants(store, facts.nowMs));
  const checked: Checked[] = [];
  for (const { name, policy } of config.policies)
    for (const server of uses.get(name) ?? []) {
      const tools = await newestTools(store, { organization: ORGANIZATION, server });
      const problems = tools === undefined ? undefined : checkTools(policy, tools);
      checked.push(told(`policy ${name}`, server, problems));
    }
  return checked;
}

type Opening = Pick<Config['grants'][number], 'policy' | 'server' | 'stack'>;

/** Those that people minted; the file says itself which it declares. */
async function liveGrants({ grants }: Store, nowMs: number): Promise<readonly Opening[]> {
  return (await grants.list()).filter(
    (grant) => grant.organization === ORGANIZATION && grant.origin === 'minted' && isOpen(grant, nowMs),
  );
}

/** The servers whose calls each policy decides, by its name. */
function usesOf({ grants }: Config, minted: readonly Opening[]): ReadonlyMap<string, ReadonlySet<string>> {
  const uses = new Map<string, Set<string>>();
  for (const { policy, server } of [...grants, ...minted].flatMap((grant) => grant.stack ?? [grant]))
    if (policy !== undefined) uses.set(policy, (uses.get(policy) ?? new Set()).add(server));
  return uses;
}

function told(check: string, server: string, problems: readonly Problem[] | undefined): Checked {
  if (problems === undefined)
    return { check, state: 'skipped', found: `no gateway has listed the tools of ${server} here yet` };
  if (problems.length === 0) return { check, state: 'ok', found: `fits the tools of ${server}` };
  const errors = problems.filter(({ severity }) => severity === 'error');
  const ordered = [...errors, ...problems.filter(({ severity }) => severity !== 'error')];
  const lines = ordered
    .slice(0, TOLD_MAX)
    .map(({ message, pointer, severity }) => `${severity} at ${pointer}: ${message}`);
  const left = ordered.length - lines.length;
  const more = left === 0 ? [] : [`${left} more`];
  const found = `for the tools of ${server}: ${[...lines, ...more].join('; ')}`;
  return { check, state: errors.length === 0 ? 'note' : 'wrong', found, mend: MEND };
}
