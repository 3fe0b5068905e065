import { ORGANIZATION, type OrganizationWithCounts, type RemovedOrganization } from '@boomgate/server/stored';
import type { OrganizationRemovePlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { typedOn } from './confirm.ts';
import { farewellOf } from './issuers.ts';
import { someOf } from './some-names.ts';
import { someOrganization } from './some-organization.ts';
import { openToChange } from './store.ts';

/** For a team or a customer that leaves for good. Its name is said twice, as nothing brings it back. */
export async function runOrganizationRemove(
  { organization, repeated, ...place }: OrganizationRemovePlan,
  world: World,
): Promise<ExitCode> {
  const { facts, fail, keep, output, show } = world;
  const store = keep(await openToChange(place, facts));
  const found = await someOrganization(store, organization);
  if (typeof found === 'string') return fail(found);
  const { id, name } = found;
  if (id === ORGANIZATION) return fail(FIRST_STAYS);
  if (repeated === undefined) output.note(whatEnds(found));
  const typed = repeated ?? (await typedOn('type its name once more to remove it for good:', world));
  if (typed === undefined)
    return fail(
      'nothing was removed: expected the name once more, on a terminal or in --confirm, found neither',
    );
  if (typed.trim() !== name)
    return fail(
      `nothing was removed: expected the name ${JSON.stringify(name)} once more, found ${JSON.stringify(typed)}`,
    );
  const tellIssuers = await farewellOf(store, id, world);
  const removed = await store.people.organizations.remove({ id, name }, commandLineActor());
  if (removed === 'first') return fail(FIRST_STAYS);
  if (removed === 'unknown') return fail('nothing was removed: it was removed or renamed meanwhile');
  if (show.json) output.json({ id, name, removed: true, ...removed });
  else output.note(whatEnded(name, removed));
  await tellIssuers();
  return 0;
}

const FIRST_STAYS =
  'nothing was removed: the first organisation stays, since what the configuration file declares is its own; to refuse its agents, run "boomgate agents stop"';

function whatEnds({ grants, id, members, name, servers }: OrganizationWithCounts): string {
  return `${visible(name)} (${visible(id)}): ${counted(members, 'member')}, ${counted(servers, 'server')}, ${counted(grants, 'grant')}`;
}

function whatEnded(name: string, { leftAlone }: Exclude<RemovedOrganization, string>): string {
  const gone = `${visible(name)} is gone: its agents are refused, its members out, and its servers,
policies and secrets deleted, where a gateway is running within a second.
The logs keep what it did until their rows are deleted.`;
  if (leftAlone.length === 0) return gone;
  return `${gone}
In no organisation any more:
${visible(someOf(leftAlone))}
Unless they are to come back: "boomgate people remove".`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
