import type { Approval } from '../policy.ts';

/** On which terms people decide a call (policy language §7), with every default filled in. */
export type ApprovalTerms = {
  readonly timeoutMs: number;
  /** Roles or e-mail addresses; at least one. */
  readonly approvers: readonly string[];
  /** How many different people, 1 to 5. */
  readonly required: number;
  /** Whether the grant's owner may approve. */
  readonly self: boolean;
  /** For how long a repeat of the exact same call passes; milliseconds for a length of time. */
  readonly remember: 'none' | 'session' | number;
};

const TIMEOUT_MS = 600_000;
/** The roles that may decide; what `approvers` says unless a policy names others. */
const APPROVERS = ['admin', 'approver'];

export function approvalTerms(approval: Approval = {}): ApprovalTerms {
  const { approvers = APPROVERS, remember = 'none', required = 1, self = false, timeout } = approval;
  return {
    timeoutMs: timeout?.ms ?? TIMEOUT_MS,
    approvers,
    required,
    self,
    remember: typeof remember === 'string' ? remember : remember.ms,
  };
}
