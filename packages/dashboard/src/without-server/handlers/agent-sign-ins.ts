import { done, type Handlers, refuse } from '../reply.ts';
import type { World } from '../world/index.ts';
import { momentOf, PERSON, type WorldAgent, type WorldGrant } from '../world/world.ts';
import { note } from './noted.ts';

const AWAY_MS = 30 * 86_400_000;
/** No agent waits anywhere: who answers is led to the grants. */
const RETURN_TO = '/grants';

function offeredTo(world: World, { server }: WorldAgent): readonly WorldGrant[] {
  return [...world.grants.values()].filter(
    (grant) =>
      grant.state === 'active' &&
      grant.origin === 'minted' &&
      (server === undefined ? grant.stack !== undefined : grant.server === server),
  );
}

export const agentSignIns: NonNullable<Handlers['agentSignIns']> = {
  show: (world, { params }) => {
    const agent = world.agents.get(params.signIn);
    if (agent === undefined) return refuse('sign_on_stale');
    const grants = offeredTo(world, agent).map(({ id, name, policy, server, stack }) => ({
      ...{ id, name, servers: stack?.map((member) => member.server) ?? [server] },
      ...(policy === undefined ? {} : { policy }),
    }));
    return done({ ...agent, grants, mayMint: true });
  },
  consent: (world, { body, params }) => {
    const agent = world.agents.get(params.signIn);
    if (agent === undefined) return refuse('sign_on_stale');
    const grant = offeredTo(world, agent).find(({ id }) => id === body.grant);
    if (grant === undefined) return refuse('grant_not_offered');
    const before = world.signIns.get(grant.id) ?? [];
    const nowMs = Date.now();
    const signIn = {
      ...{ id: `sign-in-${params.signIn}`, client: agent.client, person: PERSON.email },
      ...{ at: momentOf(nowMs), endsAt: momentOf(nowMs + AWAY_MS) },
    };
    world.signIns.set(grant.id, [signIn, ...before]);
    world.agents.delete(params.signIn);
    note(world, 'grant.signed_in', { kind: 'grant', id: grant.id, name: grant.name });
    return done({ returnTo: RETURN_TO });
  },
  refuse: (world, { params }) =>
    world.agents.delete(params.signIn) ? done({ returnTo: RETURN_TO }) : refuse('sign_on_stale'),
};
