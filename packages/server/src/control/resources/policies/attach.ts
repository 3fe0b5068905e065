import type { Endpoints } from '@boomgate/contract';
import type { Widens } from '@boomgate/engine';
import { uuidv7 } from 'uuidv7';
import type { Operator } from '../../../identity/index.ts';
import { type Actor, type GrantRecord, isPolicyFor } from '../../../store/index.ts';
import type { ControlContext } from '../../context.ts';
import { actorOf, done, type HandlersOf, refuse } from '../../frame/index.ts';
import { inForceOf, showProposal, unfitFor } from './answer.ts';
import { NOTHING } from './change.ts';
import { unknown } from './document.ts';
import { needsSecond } from './save.ts';

/** What decides the calls of a grant from now on. */
export const attach: HandlersOf<Endpoints['policies']>['attach'] = async (context, request) => {
  const { body, from, operator, params } = request;
  const organization = operator.organization.id;
  const { grants } = context.store;
  const grant = await grants.get(organization, params.grant);
  if (grant === undefined) return refuse('not_found');
  if (grant.origin === 'file') return refuse('declared_by_file');
  if (grant.state === 'revoked') return refuse('grant_revoked');
  const server = grant.stack === undefined ? grant.server : body.server;
  const isMember = grant.stack?.some((member) => member.server === server) ?? true;
  if (server === undefined || !isMember || (body.server ?? server) !== server)
    return unknown('/server', 'a server that the grant opens');
  const policy = await inForceOf(context, organization, body.policy);
  if (policy === undefined) return unknown('/policy', 'the name of a policy of the organisation');
  const unfit = unfitFor(policy, server);
  if (unfit !== undefined) return unknown('/policy', unfit);
  const by = actorOf(operator, from);
  const told = { grant: grant.id, name: grant.name, policy: policy.name, server };
  const change = { grant, server, policy };
  const replaced = await replacedOn(context, grant, server);
  const widens = await widensOf(context, operator, { ...change, replaced });
  // Whoever narrowed either text while both were compared, which may take long, is not overruled: they are compared anew.
  if (widens !== undefined && !(await areInForce(context, organization, [policy, replaced])))
    return attach(context, request);
  if (widens !== undefined && needsSecond(operator, { widens })) {
    const proposal = await context.store.policies.propose(
      {
        ...{ organization, name: policy.name, base: policy.version, text: policy.text, note: '' },
        ...{ id: uuidv7(), person: operator.person.id, widens: widens.verdict },
        attach: {
          ...{ grant: grant.id, name: grant.name, server },
          ...{ replaces: replaced.name ?? null, replacesVersion: replaced.version },
        },
      },
      by,
    );
    if (typeof proposal === 'string') return refuse('too_many_policies');
    return { ...done({ ...told, proposal: showProposal(proposal, operator.person.id) }), status: 202 };
  }
  if (await putOnGrant(context, change, by)) return done(told);
  // Nor whoever gave the grant another.
  return (await hasAnother(context, change)) ? attach(context, request) : refuse('grant_revoked');
};

type Change = {
  readonly grant: GrantRecord;
  readonly server: string;
  readonly policy: { readonly name: string; readonly text: string };
};

/** Whether the grant may do more with it; undefined where nobody asks: it takes a search, behind which others wait. */
async function widensOf(
  context: ControlContext,
  { organization }: Operator,
  { policy, replaced }: Change & { readonly replaced: Replaced },
): Promise<Pick<Widens, 'verdict'> | undefined> {
  if (replaced.name === policy.name || organization.requireSecondPerson === 'never') return undefined;
  return context.comparer.widens({ before: replaced.text, after: policy.text });
}

/** What decides a grant's calls of a server: the version is 0 where nothing does. */
type Replaced = {
  readonly name?: string | undefined;
  readonly version: number;
  readonly text: string;
};

export async function replacedOn(
  context: ControlContext,
  grant: GrantRecord,
  server: string,
): Promise<Replaced> {
  const name = policyOf(grant, server);
  const found = name === undefined ? undefined : await inForceOf(context, grant.organization, name);
  const text = found !== undefined && isPolicyFor(found, server) ? found.text : NOTHING;
  return { name, version: found?.version ?? 0, text };
}

/** Whether these are still the versions that decide. */
async function areInForce(
  context: ControlContext,
  organization: string,
  versions: readonly Pick<Replaced, 'name' | 'version'>[],
): Promise<boolean> {
  for (const { name, version } of versions)
    if (name !== undefined && ((await inForceOf(context, organization, name))?.version ?? 0) !== version)
      return false;
  return true;
}

/** False when somebody revoked the grant in between, or gave it another policy. */
export async function putOnGrant(
  context: ControlContext,
  { grant, policy, server }: Omit<Change, 'policy'> & { readonly policy: Pick<Change['policy'], 'name'> },
  by: Actor,
): Promise<boolean> {
  const member = grant.stack === undefined ? {} : { server };
  const change = { policy: policy.name, instead: policyOf(grant, server) ?? null, ...member };
  const now = await context.store.grants.setPolicy(grant.id, change, by);
  if (now === undefined) return false;
  context.changed();
  return true;
}

/** Whether the grant has another policy by now, and goes on with it. */
export async function hasAnother(
  { store }: ControlContext,
  { grant, server }: Pick<Change, 'grant' | 'server'>,
): Promise<boolean> {
  const now = await store.grants.get(grant.organization, grant.id);
  return now !== undefined && now.state !== 'revoked' && policyOf(now, server) !== policyOf(grant, server);
}

/** The name of the policy that decides the grant's calls of a server now. */
function policyOf({ policy, stack }: GrantRecord, server: string): string | undefined {
  return stack === undefined ? policy : stack.find((member) => member.server === server)?.policy;
}
