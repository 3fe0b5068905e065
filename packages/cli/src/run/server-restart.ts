import { ORGANIZATION } from '@boomgate/server/stored';
import type { ServerRestartPlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { someOf } from './some-names.ts';
import { openToChange } from './store.ts';

/** Has a server of the first organisation start anew; a running gateway follows within a second. */
export async function runServerRestart(
  { server: slug, ...place }: ServerRestartPlan,
  { facts, fail, keep, output, show }: World,
): Promise<ExitCode> {
  const store = keep(await openToChange(place, facts));
  const owner = { organization: ORGANIZATION, slug };
  if (!(await store.servers.restart(owner, commandLineActor()))) {
    const known = someOf(await store.servers.slugs(ORGANIZATION));
    return fail(`expected the name of a server, found ${JSON.stringify(slug)}; known: ${known}`);
  }
  if (show.json) output.json({ server: slug, restarted: true });
  else output.note(`${visible(slug)} starts anew with its next request, where a gateway is running`);
  return 0;
}
