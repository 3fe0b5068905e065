import { type Endpoints, hasPermission, OFFERED_GRANTS_MAX } from '@boomgate/contract';
import { mayGive, type WaitingAgent } from '../../agent-sign-in/index.ts';
import type { Operator } from '../../identity/index.ts';
import type { GrantRecord } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { changed, done, endedCookie, type HandlersOf, type Peer, refuse } from '../frame/index.ts';

/** Grants that are read in one statement while those that fit are looked for. */
const PAGE = 200;

export const agentSignIns = {
  async show(context, { from, operator, params }) {
    const agent = await waitingHere(context, from, params.signIn);
    if (agent === undefined) return refuse('sign_on_stale');
    const server = serverOf(context, operator, agent);
    const grants = server === undefined ? [] : await offeredGrants(context, operator, server);
    return done({
      client: agent.client,
      ...(agent.place === '' ? {} : { server: server ?? agent.place }),
      grants: grants.map(({ id, name, policy, server: slug, stack }) => ({
        ...{ id, name },
        ...(policy === undefined ? {} : { policy }),
        servers: stack?.map((member) => member.server) ?? [slug],
      })),
      mayMint: server !== undefined && hasPermission(operator.role, 'manage_grants'),
    });
  },

  async consent(context, { body, from, operator, params }) {
    const agent = await waitingHere(context, from, params.signIn);
    if (agent === undefined) return refuse('sign_on_stale');
    const grant = await context.store.grants.get(operator.organization.id, body.grant);
    const server = serverOf(context, operator, agent);
    if (grant === undefined || server === undefined || !isOffered(context, grant, { operator, server }))
      return refuse('grant_not_offered');
    const person = operator.person.email;
    const onward = await context.agentSignIn.consent(params.signIn, { grant, person });
    if (onward === undefined) return refuse('sign_on_stale');
    return changed(done(onward, [endedCookie(context, { agentSignIn: params.signIn })]), {
      target: { kind: 'grant', id: grant.id, name: grant.name },
      after: { client: { ...agent.client } },
    });
  },

  async refuse(context, { from, params }) {
    const agent = await waitingHere(context, from, params.signIn);
    const onward = agent && (await context.agentSignIn.refuse(params.signIn));
    if (onward === undefined) return refuse('sign_on_stale');
    return done(onward, [endedCookie(context, { agentSignIn: params.signIn })]);
  },
} satisfies HandlersOf<Endpoints['agentSignIns']>;

/** What waits in this browser: who is sent the address of a request that somebody else began consents to nothing. */
async function waitingHere(
  { agentSignIn }: ControlContext,
  from: Peer,
  signIn: string,
): Promise<WaitingAgent | undefined> {
  return from.hasBegun(signIn) ? agentSignIn.waiting(signIn) : undefined;
}

/** Slug of the server that an agent asks for, empty for a stack; undefined where the organisation has none of this name or id. */
function serverOf(
  { inForce }: ControlContext,
  operator: Operator,
  { place }: WaitingAgent,
): string | undefined {
  return place === '' ? '' : inForce(operator.organization.id).servers.get(place)?.slug;
}

type Asked = { readonly operator: Operator; readonly server: string };

/** Grants of the configuration file are not given: the file alone changes them. */
function isOffered({ clock }: ControlContext, grant: GrantRecord, { operator, server }: Asked): boolean {
  const { expiresAtMs = Number.POSITIVE_INFINITY, origin, state } = grant;
  if (grant.server !== server || origin !== 'minted' || state !== 'active') return false;
  if (expiresAtMs <= clock.wallMs()) return false;
  return mayGive({ email: operator.person.email, role: operator.role }, grant);
}

async function offeredGrants(
  context: ControlContext,
  operator: Operator,
  server: string,
): Promise<readonly GrantRecord[]> {
  const organization = operator.organization.id;
  const offered: GrantRecord[] = [];
  for (let after = ''; offered.length < OFFERED_GRANTS_MAX; ) {
    const page = await context.store.grants.page({
      ...{ organization, after, limit: PAGE, state: 'active' },
      ...(server === '' ? {} : { text: server }),
    });
    offered.push(...page.filter((grant) => isOffered(context, grant, { operator, server })));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = last.name;
  }
  return offered.slice(0, OFFERED_GRANTS_MAX);
}
