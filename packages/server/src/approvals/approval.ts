import type { ApprovalTerms } from '@boomgate/engine';

type ApproverRole = 'admin' | 'policy_manager' | 'approver' | 'viewer';

/** Who decides. Given by whoever knows people: the command line or the API. */
export type Approver = {
  /** The same for every way in: two decisions of one person count once. */
  readonly id: string;
  readonly email?: string;
  readonly role: ApproverRole;
  readonly via: 'cli' | 'api';
};

export type Verdict = 'approve' | 'deny';

export type Vote = {
  readonly by: Approver;
  readonly verdict: Verdict;
  /** At most `MAX_NOTE_LENGTH` characters; told to the agent when it refuses. */
  readonly note?: string;
  readonly atMs: number;
};

/**
 * `waiting` for people · `approved` and not used yet · `refused`, which holds for the same call until the time is over ·
 * `expired` before it was used · `used`: the call was forwarded · `withdrawn`: it can serve nobody any more.
 */
export const APPROVAL_STATES = ['waiting', 'approved', 'refused', 'expired', 'used', 'withdrawn'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** The call that needs a person, as it was asked. Never holds the value of an argument. */
export type ApprovalAsk = {
  /** Digest of everything that the approval is bound to: grant, server, tool and its definition, policy version, arguments. */
  readonly binding: string;
  /** Digest of the call alone: the same under another version of the policy. */
  readonly call: string;
  readonly organization: string;
  readonly grantId: string;
  readonly grantName: string;
  /** Whose grant it is: who may not approve unless the terms say so. */
  readonly owner?: string;
  readonly server: string;
  readonly tool: string;
  readonly policy: string;
  readonly policyVersion: number;
  /** As in the decision log. */
  readonly argsHash: string;
  readonly argKeys: readonly string[];
  /** The rule that asks, and what it says. */
  readonly rule: string;
  readonly message: string;
  readonly session: string;
  /** Self-reported name and version. */
  readonly client: string;
  readonly terms: ApprovalTerms;
};

/** Times are those of the store's clock, milliseconds since the epoch. */
export type Approval = ApprovalAsk & {
  /** `apr_` and 128 random bits: whoever has the address was given it. */
  readonly id: string;
  readonly state: ApprovalState;
  readonly askedAtMs: number;
  /** Until then it can be decided and, once approved, used. */
  readonly expiresAtMs: number;
  readonly votes: readonly Vote[];
  /** When it was approved or refused. */
  readonly decidedAtMs?: number;
  /** When nothing could become of it any more: used, refused, expired or withdrawn. */
  readonly endedAtMs?: number;
  /** Why it was withdrawn. */
  readonly because?: string;
};

/** What happened to an approval that others may want to hear of. */
export const APPROVAL_EVENTS = ['asked', 'decided', 'expired'] as const;
export type ApprovalEvent = (typeof APPROVAL_EVENTS)[number];
