import { AGENTS, signedIn } from './agents.ts';
import { makeCalls } from './calls.ts';
import { makePolicies } from './policies.ts';
import { makeServers } from './servers.ts';
import { momentOf, PERSON, type World, type WorldGrant } from './world.ts';

const DAY_MS = 86_400_000;

/** A small organisation after a week of work, whose newest calls are minutes old. The same at the same time. */
export async function makeWorld(nowMs: number): Promise<World> {
  const servers = await makeServers(nowMs);
  const policies = await makePolicies(servers, nowMs);
  const grants = makeGrants(nowMs);
  const { approvals, decisions } = await makeCalls({ servers, policies, grants, nowMs });
  return {
    isSignedIn: true,
    settings: {
      name: 'Acme',
      requireSecondFactor: false,
      requireSecondPerson: 'never',
      agentsStopped: false,
    },
    servers,
    policies,
    grants: new Map(grants.map((one) => [one.id, one])),
    agents: new Map(AGENTS),
    signIns: new Map([['grant-studio', [signedIn(nowMs)]]]),
    approvals: new Map(approvals.map((one) => [one.id, one])),
    decisions,
    acts: [],
  };
}

function makeGrants(nowMs: number): readonly WorldGrant[] {
  const common = { mode: 'enforce', state: 'active', origin: 'minted', isTokenKept: false } as const;
  const minted = { owner: PERSON.email, ownerMaySignIn: false, createdAt: momentOf(nowMs - 7 * DAY_MS) };
  return [
    {
      ...{ ...common, ...minted },
      id: 'grant-studio',
      name: 'studio laptop',
      server: 'comfyui',
      policy: 'pictures-by-day',
      labels: { team: 'studio' },
    },
    {
      ...{ ...common, ...minted },
      id: 'grant-visitor',
      name: 'visitor',
      server: 'comfyui',
      policy: 'pictures-by-day',
      labels: { team: 'guests' },
      expiresAt: momentOf(nowMs + 3 * DAY_MS),
    },
    {
      ...{ ...common, ...minted },
      id: 'grant-operations',
      name: 'operations bot',
      server: 'kubernetes',
      policy: 'kubernetes-recommended',
      labels: { team: 'operations' },
    },
    {
      ...{ ...common, ...minted },
      id: 'grant-new',
      name: 'without a policy yet',
      server: 'kubernetes',
      labels: {},
    },
  ];
}
