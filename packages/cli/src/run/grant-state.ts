import type { GrantRecord } from '@boomgate/server';
import type { GrantStatePlan } from '../plan.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { openToWrite } from './store.ts';

/** Revokes, pauses or resumes; a running gateway follows within a second. */
export async function runGrantState(plan: GrantStatePlan, { fail, output, show }: World): Promise<ExitCode> {
  await using store = await openToWrite(plan.data);
  const grants = await store.grants.list();
  const grant = grants.find(({ id }) => id === plan.grant) ?? grants.find(({ name }) => name === plan.grant);
  const fault = grant === undefined ? unknownGrant(plan.grant, grants) : stateFault(grant, plan.state);
  if (grant === undefined || fault !== undefined) return fail(fault ?? '');
  await store.grants.setState(grant.id, plan.state, commandLineActor());
  if (show.json) output.json({ ...grant, state: plan.state });
  else output.note(`grant ${JSON.stringify(grant.name)} is ${plan.state}`);
  return 0;
}

function unknownGrant(wanted: string, grants: readonly GrantRecord[]): string {
  const known = grants.map(({ name }) => name).join(', ');
  return `expected the name or id of a grant, found ${JSON.stringify(wanted)}; known: ${known === '' ? 'none' : known}`;
}

function stateFault({ name, state }: GrantRecord, wanted: GrantRecord['state']): string | undefined {
  if (state === 'revoked' && wanted !== 'revoked') {
    return `the grant ${JSON.stringify(name)} was revoked for good: mint a new one with "boomgate grant mint"`;
  }
  return undefined;
}
