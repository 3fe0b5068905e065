import { ORGANIZATION } from '@boomgate/server/stored';
import type { GrantListPlan } from '../plan/index.ts';
import { printGrants } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { openToRead } from './store.ts';

export async function runGrantList(
  plan: GrantListPlan,
  { facts, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToRead(plan, facts));
  const grants = (await store.grants.list()).filter(({ organization }) => organization === ORGANIZATION);
  if (show.json) output.json(grants);
  else if (grants.length > 0) output.data(printGrants(grants, { ...output, ...facts }));
  else output.note('no grants yet: make one with "boomgate grant mint NAME --server SERVER"');
  // Every grant looks as ever then.
  if ((await store.people.organizations.stopped()).has(ORGANIZATION))
    output.note('all agents are stopped, whatever their grants say, until "boomgate agents resume"');
  return 0;
}
