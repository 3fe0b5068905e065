import type { OrganizationListPlan } from '../plan/index.ts';
import { printOrganizations } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { openToRead } from './store.ts';

export async function runOrganizationList(
  plan: OrganizationListPlan,
  { facts, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToRead(plan, facts));
  const listed = (await store.people.organizations.list()).map(
    ({ agentsStopped, createdAtMs, grants, id, members, name, servers }) => ({
      ...{ id, name, createdAt: new Date(createdAtMs).toISOString() },
      ...{ members, servers, grants, agentsStopped },
    }),
  );
  if (show.json) output.json(listed);
  else if (listed.length > 0) output.data(printOrganizations(listed, output));
  else output.note('there is no organisation yet: the set-up code of "boomgate up" makes the first');
  return 0;
}
