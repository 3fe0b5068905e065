import { hasPermission } from '@boomgate/contract';
import { rightFault } from '../approvals/index.ts';
import type { MayDecide } from '../store/index.ts';

/**
 * Whether who approved a call could still approve it now, when it is about to be sent: a member of its organisation with a
 * role that the policy names. Of the command line nothing is lost, as whoever owns the data folder is its operator.
 */
export const isStillApprover: MayDecide = (by, approval, role) => {
  if (by.via === 'cli') return true;
  if (role === undefined || !hasPermission(role, 'decide_approvals')) return false;
  return rightFault(approval, { by: { ...by, role }, verdict: 'approve' }, undefined) === undefined;
};
