import type { Endpoints } from '@boomgate/contract';
import type { OrganizationRecord } from '../../store/index.ts';
import { done, type HandlersOf, isMatch, refuse, tagOf } from '../frame/index.ts';

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
    const changed = await store.people.organizations.change(id, version, change);
    return changed === 'stale' ? refuse('precondition_failed') : shown(changed);
  },
} satisfies HandlersOf<Endpoints['settings']>;

function shown({ name, requireSecondFactor, version }: OrganizationRecord) {
  return done({ name, requireSecondFactor }, [['etag', tagOf(version)]]);
}
