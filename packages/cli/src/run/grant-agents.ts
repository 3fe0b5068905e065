import {
  endSignedIn,
  type GrantRecord,
  type SignedInAgent,
  type Store,
  signedInAgents,
  signedOutAct,
} from '@boomgate/server/stored';
import type { GrantAgentsPlan, GrantSignOutPlan } from '../plan/index.ts';
import { printSignedIn } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';
import { withGrant } from './some-grant.ts';
import { openToChange, openToRead } from './store.ts';

export async function runGrantAgents(plan: GrantAgentsPlan, world: World): Promise<ExitCode> {
  const { facts, output, show } = world;
  return withGrant({ open: openToRead, plan, world }, async (grant, store) => {
    const agents = await signedInAgents(store, grant);
    if (show.json) output.json(agents);
    else if (agents.length > 0) output.data(printSignedIn(agents, { ...output, ...facts }));
    else output.note(noneText(grant));
    return 0;
  });
}

/** Ends the sign-in of one agent, or of all of a grant; a running gateway follows within a second. */
export async function runGrantSignOut(plan: GrantSignOutPlan, world: World): Promise<ExitCode> {
  const { fail, output, show } = world;
  return withGrant({ open: openToChange, plan, world }, async (grant, store) => {
    const agents = await signedInAgents(store, grant);
    const { agent } = plan;
    const meant = agent === undefined ? agents : agents.filter(({ id }) => id.startsWith(agent));
    if (agent !== undefined && meant.length !== 1) return fail(unknownText(agent, grant, agents));
    for (const one of meant) await signOut(store, grant, one);
    if (show.json) output.json(meant);
    else if (meant.length === 0) output.note(noneText(grant));
    else {
      const signedOut = meant.length === 1 ? '1 agent is' : `${meant.length} agents are`;
      output.note(`${signedOut} signed out of the grant ${JSON.stringify(grant.name)}`);
    }
    return 0;
  });
}

async function signOut(store: Store, grant: GrantRecord, { id }: SignedInAgent): Promise<void> {
  const ended = await endSignedIn(store, grant.id, id);
  // Somebody else did so meanwhile, and has the row.
  if (ended === undefined) return;
  await store.audit.record({
    organization: grant.organization,
    actor: commandLineActor(),
    action: 'grant.signed_out',
    ...signedOutAct(grant, ended),
  });
}

function noneText({ name }: GrantRecord): string {
  return `no agent has signed in by itself with the grant ${JSON.stringify(name)}`;
}

function unknownText(wanted: string, { name }: GrantRecord, agents: readonly SignedInAgent[]): string {
  const known = agents.length === 0 ? 'it has none' : `known: ${agents.map(({ id }) => id).join(', ')}`;
  return `expected the id of one agent of the grant ${JSON.stringify(name)}, or how it begins, found ${JSON.stringify(wanted)}; ${known}`;
}
