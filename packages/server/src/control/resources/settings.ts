import type { Endpoints } from '@boomgate/contract';
import type { OrganizationRecord } from '../../store/index.ts';
import { changed, done, type HandlersOf, isMatch, refuse, tagOf } from '../frame/index.ts';

export const settings = {
  read: async (_context, { operator }) => shown(operator.organization),

  async change(context, { body, ifMatch, operator }) {
    const { id, version } = operator.organization;
    if (!isMatch(ifMatch, version)) return refuse('precondition_failed');
    const { agentsStopped, name, requireSecondFactor, requireSecondPerson } = body;
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(requireSecondFactor === undefined ? {} : { requireSecondFactor }),
      ...(requireSecondPerson === undefined ? {} : { requireSecondPerson }),
      ...(agentsStopped === undefined ? {} : { agentsStopped }),
    };
    const now = await context.store.people.organizations.change(id, version, change);
    if (now === 'stale') return refuse('precondition_failed');
    if (now.agentsStopped !== operator.organization.agentsStopped) await context.reapply();
    const before = factsOf(operator.organization);
    const after = factsOf(now);
    return changed(shown(now), { target: { kind: 'organization', id, name: now.name }, before, after });
  },
} satisfies HandlersOf<Endpoints['settings']>;

function factsOf({ agentsStopped, name, requireSecondFactor, requireSecondPerson }: OrganizationRecord) {
  return { name, requireSecondFactor, requireSecondPerson, agentsStopped };
}

function shown(organization: OrganizationRecord) {
  return done(factsOf(organization), [['etag', tagOf(organization.version)]]);
}
