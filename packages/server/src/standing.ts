import { hasPermission } from '@boomgate/contract';
import { rightFault, type Taking } from './approvals/index.ts';
import type { Store } from './store/index.ts';

/**
 * Whether who approved a call could still approve it now, when it is about to be sent: a member of its organisation with a
 * role that the policy names. Of the command line nothing is lost, as whoever owns the data folder is its operator.
 */
export function standingApprovers({ people }: Pick<Store, 'people'>): Taking['mayDecide'] {
  return (by, approval) => {
    if (by.via === 'cli') return true;
    const role = people.members.roleOf(approval.organization, by.id);
    if (role === undefined || !hasPermission(role, 'decide_approvals')) return false;
    const ruling = { by: { ...by, role }, verdict: 'approve' } as const;
    return rightFault(approval, ruling, undefined) === undefined;
  };
}
