import { MAX_NOTE_LENGTH, REMEMBER_SESSION_MS } from '../limits/index.ts';
import type { Approval, ApprovalState, Approver, Verdict, Vote } from './approval.ts';
import { isSamePerson, type RightFault, rightFault } from './people.ts';

/** What is so when something happens to an approval. */
export type Moment = {
  readonly nowMs: number;
  /** The grant as it is now; undefined when there is none any more. */
  readonly grant: { readonly isOpen: boolean; readonly owner?: string } | undefined;
};

export type Ruling = { readonly by: Approver; readonly verdict: Verdict; readonly note?: string };

type DecideFault = {
  readonly code: RightFault['code'] | 'not_found' | 'ended' | 'long_note';
  /** Lower case, no full stop: what was expected and found. */
  readonly message: string;
};

export type Decided =
  /** `isNews` is false when this person had said the same before. */
  | { readonly ok: true; readonly approval: Approval; readonly isNews: boolean }
  | ({ readonly ok: false } & DecideFault);

/** The state now: what nobody has decided or used in time has expired, also where no store has written that yet. */
export function stateAt({ expiresAtMs, state }: Approval, nowMs: number): ApprovalState {
  return (state === 'waiting' || state === 'approved') && nowMs >= expiresAtMs ? 'expired' : state;
}

/** What a person's word makes of an approval: one refusal ends it, enough different people approve it. */
export function decideApproval(approval: Approval, ruling: Ruling, { grant, nowMs }: Moment): Decided {
  const { note = '', verdict } = ruling;
  if (note.length > MAX_NOTE_LENGTH)
    return fault(
      'long_note',
      `expected a note of at most ${MAX_NOTE_LENGTH} characters, found ${note.length}`,
    );
  const unfit = rightFault(approval, ruling, grant?.owner);
  if (unfit !== undefined) return { ok: false, ...unfit };
  const before = approval.votes.find(({ by }) => isSamePerson(by, ruling.by));
  const state = stateAt(approval, nowMs);
  // Who sends the same word twice, because the first answer was lost, is told the same twice.
  if (before?.verdict === verdict && state !== 'expired' && state !== 'withdrawn')
    return { ok: true, approval, isNews: false };
  if (state !== 'waiting')
    return fault('ended', `expected an approval that waits, found one that ${SAID[state]}`);
  if (verdict === 'approve' && grant?.isOpen !== true)
    return fault('ended', 'expected an active grant, found one that is revoked, paused, expired or gone');
  return { ok: true, approval: withVote(approval, ruling, nowMs), isNews: true };
}

const SAID: Readonly<Record<ApprovalState, string>> = {
  waiting: 'waits',
  approved: 'was already approved',
  refused: 'was already refused',
  expired: 'has expired; the agent has to call again',
  used: 'was already used; the agent has to call again',
  withdrawn: 'was withdrawn; the agent has to call again',
};

function fault(code: DecideFault['code'], message: string): Decided {
  return { ok: false, code, message };
}

function withVote(approval: Approval, { by, note, verdict }: Ruling, nowMs: number): Approval {
  const vote: Vote = { by, verdict, atMs: nowMs, ...(note === undefined || note === '' ? {} : { note }) };
  const votes = [...approval.votes.filter((one) => !isSamePerson(one.by, by)), vote];
  if (verdict === 'deny')
    return { ...approval, votes, state: 'refused', decidedAtMs: nowMs, endedAtMs: nowMs };
  const isEnough = votes.length >= approval.terms.required;
  return isEnough ? { ...approval, votes, state: 'approved', decidedAtMs: nowMs } : { ...approval, votes };
}

/** Whose call wants to use an approval, and who of its approvers still may decide. */
export type Taking = {
  readonly session: string;
  readonly nowMs: number;
  readonly mayDecide: (approver: Approver, approval: Approval) => boolean;
};

/**
 * The approval after one call was let through by it; undefined when it lets none through. An approver who may not decide any
 * more does not count, and then it is withdrawn, also where it would have been remembered.
 */
export function take(approval: Approval, taking: Taking): Approval | undefined {
  const remembered = isRemembered(approval, taking);
  if (!remembered && stateAt(approval, taking.nowMs) !== 'approved') return undefined;
  const standing = approval.votes.filter(({ by }) => taking.mayDecide(by, approval));
  if (standing.length < approval.terms.required) return withoutApprovers(approval, taking.nowMs);
  return remembered ? approval : { ...approval, state: 'used', endedAtMs: taking.nowMs };
}

function withoutApprovers(approval: Approval, nowMs: number): Approval {
  const because = 'who approved it may not decide any more';
  return { ...approval, state: 'withdrawn', because, endedAtMs: nowMs };
}

/** Whether a used approval lets the exact same call through once more. */
export function isRemembered(
  { decidedAtMs, session, state, terms: { remember } }: Approval,
  { nowMs, session: own }: Pick<Taking, 'nowMs' | 'session'>,
): boolean {
  if (state !== 'used' || decidedAtMs === undefined || remember === 'none') return false;
  if (remember === 'session') return session === own && nowMs < decidedAtMs + REMEMBER_SESSION_MS;
  return nowMs < decidedAtMs + remember;
}

/** Why an approval is withdrawn that the person in front of the agent, or who says so for them, does not want. */
export const DECLINED = 'declined in front of the agent';

/** Whether its place is not free yet, although its agent took it back: people were told of it, and would be told of the next one. */
export function keepsPlace({ because, expiresAtMs, state }: Approval, nowMs: number): boolean {
  return state === 'withdrawn' && because === DECLINED && nowMs < expiresAtMs;
}

/** An approval that can serve nobody any more; ended ones stay as they are. */
export function withdraw(approval: Approval, because: string, nowMs: number): Approval {
  if (approval.state !== 'waiting' && approval.state !== 'approved') return approval;
  return { ...approval, state: 'withdrawn', because, endedAtMs: nowMs };
}

/** The approval as having expired; undefined when it has not. */
export function expire(approval: Approval, nowMs: number): Approval | undefined {
  if (approval.state === 'expired' || stateAt(approval, nowMs) !== 'expired') return undefined;
  return { ...approval, state: 'expired', endedAtMs: approval.expiresAtMs };
}
