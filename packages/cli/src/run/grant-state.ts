import type { GrantStatePlan } from '../plan/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { revokedText, someGrant } from './some-grant.ts';
import { openToWrite } from './store.ts';

/** Revokes, pauses or resumes; a running gateway follows within a second. */
export async function runGrantState(
  plan: GrantStatePlan,
  { facts, fail, output, show }: World,
): Promise<ExitCode> {
  await using store = await openToWrite(plan, facts);
  const found = await someGrant(store, plan.grant);
  if ('fault' in found) return fail(found.fault);
  const { grant } = found;
  // Decided there: somebody may have revoked it since it was found.
  const became = await store.grants.setState(grant.id, plan.state, commandLineActor());
  if (became !== 'done') return fail(revokedText(grant));
  if (show.json) output.json({ ...grant, state: plan.state });
  else output.note(`grant ${JSON.stringify(grant.name)} is ${plan.state}`);
  return 0;
}
