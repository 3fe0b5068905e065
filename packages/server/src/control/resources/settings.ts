import type { Endpoints } from '@boomgate/contract';
import type { OrganizationRecord } from '../../store/index.ts';
import { done, type HandlersOf, isMatch, noted, noting, refuse, tagOf } from '../frame/index.ts';

export const settings = {
  read: async (_context, { operator }) => shown(operator.organization),

  async change(context, request) {
    const { body, ifMatch, operator } = request;
    const { id, version } = operator.organization;
    if (!isMatch(ifMatch, version)) return refuse('precondition_failed');
    const { agentsStopped, name, requireSecondFactor, requireSecondPerson } = body;
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(requireSecondFactor === undefined ? {} : { requireSecondFactor }),
      ...(requireSecondPerson === undefined ? {} : { requireSecondPerson }),
      ...(agentsStopped === undefined ? {} : { agentsStopped }),
    };
    const note = noting(request, (became: OrganizationRecord | 'stale') =>
      became === 'stale'
        ? undefined
        : {
            target: { kind: 'organization', id, name: became.name },
            before: factsOf(operator.organization),
            after: factsOf(became),
          },
    );
    const now = await context.store.people.organizations.change({ id, version }, change, note);
    if (now === 'stale') return refuse('precondition_failed');
    if (now.agentsStopped !== operator.organization.agentsStopped) await context.reapply();
    return noted(shown(now));
  },
} satisfies HandlersOf<Endpoints['settings']>;

function factsOf({ agentsStopped, name, requireSecondFactor, requireSecondPerson }: OrganizationRecord) {
  return { name, requireSecondFactor, requireSecondPerson, agentsStopped };
}

function shown(organization: OrganizationRecord) {
  return done(factsOf(organization), [['etag', tagOf(organization.version)]]);
}
