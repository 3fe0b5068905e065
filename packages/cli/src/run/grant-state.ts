import type { GrantStatePlan } from '../plan/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { revokedText, withGrant } from './some-grant.ts';
import { openToChange } from './store.ts';

/** Revokes, pauses or resumes; a running gateway follows within a second. */
export async function runGrantState(plan: GrantStatePlan, world: World): Promise<ExitCode> {
  const { fail, output, show } = world;
  return withGrant({ open: openToChange, plan, world }, async (grant, store) => {
    // Decided there: somebody may have revoked it since it was found.
    const became = await store.grants.setState(grant.id, plan.state, commandLineActor());
    if (became !== 'done') return fail(revokedText(grant));
    if (show.json) output.json({ ...grant, state: plan.state });
    else output.note(`grant ${JSON.stringify(grant.name)} is ${plan.state}`);
    return 0;
  });
}
