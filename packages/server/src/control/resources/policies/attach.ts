import type { Endpoints } from '@boomgate/contract';
import { actorOf, done, type HandlersOf, refuse } from '../../frame/index.ts';
import { inForceOf } from './answer.ts';
import { unknown } from './document.ts';

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
  const member = grant.stack === undefined ? {} : { server };
  const now = await grants.setPolicy(grant.id, { policy: policy.name, ...member }, actorOf(operator, from));
  // Somebody revoked it in between.
  if (now === undefined) return refuse('grant_revoked');
  context.changed();
  return done({ grant: now.id, name: now.name, policy: policy.name, server });
};
