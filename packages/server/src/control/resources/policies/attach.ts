import type { Endpoints } from '@boomgate/contract';
import { uuidv7 } from 'uuidv7';
import type { GrantRecord } from '../../../store/index.ts';
import { actorOf, done, type HandlersOf, refuse } from '../../frame/index.ts';
import { inForceOf, showProposal } from './answer.ts';
import { changeOf, NOTHING } from './change.ts';
import { unknown } from './document.ts';
import { needsSecond } from './save.ts';

/** What decides the calls of a grant from now on. */
export const attach: HandlersOf<Endpoints['policies']>['attach'] = async (
  context,
  { body, from, operator, params },
) => {
  const organization = operator.organization.id;
  const { grants } = context.store;
  const grant = grants.get(organization, params.grant);
  if (grant === undefined) return refuse('not_found');
  if (grant.origin === 'file') return refuse('declared_by_file');
  if (grant.state === 'revoked') return refuse('grant_revoked');
  const server = grant.stack === undefined ? grant.server : body.server;
  const isMember = grant.stack?.some((member) => member.server === server) ?? true;
  if (server === undefined || !isMember || (body.server ?? server) !== server)
    return unknown('/server', 'a server that the grant opens');
  const policy = await inForceOf(context, organization, body.policy);
  if (policy === undefined) return unknown('/policy', 'the name of a policy of the organisation');
  if (policy.server !== undefined && policy.server !== server)
    return unknown('/policy', `a policy for "${server}" or for any server, found one for "${policy.server}"`);
  const isStack = grant.stack !== undefined;
  const was = policyOf(grant, server);
  const before = was === undefined ? undefined : await inForceOf(context, organization, was);
  const change = await changeOf(context, { before: before?.text ?? NOTHING, after: policy.text });
  const told = { grant: grant.id, name: grant.name, policy: policy.name, server };
  if (was !== policy.name && needsSecond(operator, change)) {
    const proposal = await context.store.policies.propose(
      {
        ...{ organization, name: policy.name, base: policy.version, text: policy.text, note: '' },
        ...{ id: uuidv7(), person: operator.person.id, widens: change.widens.verdict },
        attach: { grant: grant.id, name: grant.name, server, isStack },
      },
      actorOf(operator, from),
    );
    if (typeof proposal === 'string') return refuse('too_many_policies');
    return { ...done({ ...told, proposal: showProposal(proposal, operator.person.id) }), status: 202 };
  }
  const member = isStack ? { server } : {};
  const now = await grants.setPolicy(grant.id, { policy: policy.name, ...member }, actorOf(operator, from));
  // Somebody revoked it in between.
  if (now === undefined) return refuse('grant_revoked');
  context.changed();
  return done(told);
};

/** The name of the policy that decides the grant's calls of a server now. */
export function policyOf({ policy, stack }: GrantRecord, server: string): string | undefined {
  return stack === undefined ? policy : stack.find((member) => member.server === server)?.policy;
}
