import type { Endpoints } from '@boomgate/contract';
import type { OrganizationRecord } from '../../store/index.ts';
import { changed, done, type HandlersOf, isMatch, refuse, tagOf } from '../frame/index.ts';

export const settings = {
  read: async (_context, { operator }) => shown(operator.organization),

  async change({ store }, { body, ifMatch, operator }) {
    const { id, version } = operator.organization;
    if (!isMatch(ifMatch, version)) return refuse('precondition_failed');
    const { name, requireSecondFactor } = body;
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(requireSecondFactor === undefined ? {} : { requireSecondFactor }),
    };
    const now = await store.people.organizations.change(id, version, change);
    if (now === 'stale') return refuse('precondition_failed');
    const before = {
      name: operator.organization.name,
      requireSecondFactor: operator.organization.requireSecondFactor,
    };
    const after = { name: now.name, requireSecondFactor: now.requireSecondFactor };
    return changed(shown(now), { target: { kind: 'organization', id, name: now.name }, before, after });
  },
} satisfies HandlersOf<Endpoints['settings']>;

function shown({ name, requireSecondFactor, version }: OrganizationRecord) {
  return done({ name, requireSecondFactor }, [['etag', tagOf(version)]]);
}
