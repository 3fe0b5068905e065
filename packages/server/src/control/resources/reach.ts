import type { AnswerOf, Endpoints } from '@boomgate/contract';
import type { CompiledPolicy } from '@boomgate/engine';

type StackServer = AnswerOf<Endpoints['stack']['read']>['items'][number];
type StackTool = StackServer['tools'][number];
type Reach = StackTool['reach'][number];
type CheckName = Reach['checks'][number];

/** What a policy does with calls of a tool, as far as it says so without looking at a call. */
export function reachOf(policy: CompiledPolicy | undefined, tool: string): Pick<Reach, 'outcome' | 'checks'> {
  if (policy === undefined) return { outcome: 'deny', checks: [] };
  if (policy.isHidden(tool)) return { outcome: 'hide', checks: [] };
  const entry = policy.entryFor(tool);
  const isRefused = entry === undefined ? policy.default === 'deny' : entry.action === 'deny';
  if (isRefused) return { outcome: 'deny', checks: [] };
  const lists = entry === undefined ? [policy.allTools] : [policy.allTools, entry];
  const isThere: Record<CheckName, boolean> = {
    rules: lists.some(({ denyIf, require }) => denyIf.length > 0 || require.length > 0),
    arguments: entry?.validate !== undefined,
    limits: lists.some(({ limits }) => limits.length > 0),
    approval: lists.some(({ requireApprovalIf }) => requireApprovalIf.length > 0),
  };
  // A cast: the table's keys are exactly the checks.
  const checks = (Object.keys(isThere) as CheckName[]).filter((check) => isThere[check]);
  return { outcome: entry?.action === 'require_approval' ? 'approve' : 'allow', checks };
}

/** A tool, with what becomes of calls by one door. */
export type CalledTool = Pick<StackTool, 'tool' | 'class' | 'severity' | 'state'> &
  Pick<Reach, 'outcome' | 'checks'> &
  Pick<StackServer['doors'][number], 'mode'>;

/** Whether calls have nothing in between: a grant that only observes has nothing. What is held is called by nobody. */
export function isOpen({
  checks,
  mode,
  outcome,
  state,
}: Pick<CalledTool, 'checks' | 'mode' | 'outcome' | 'state'>): boolean {
  return state !== 'held' && (mode === 'observe' || (outcome === 'allow' && checks.length === 0));
}

export const isHarmful = ({ severity }: Pick<StackTool, 'severity'>): boolean =>
  severity === 'High' || severity === 'Critical';

/** Whether a High or Critical tool can be called with nothing in between. */
export function isUncovered(
  tool: Pick<StackTool, 'reach' | 'severity' | 'state'>,
  doors: readonly Pick<StackServer['doors'][number], 'mode'>[],
): boolean {
  if (!isHarmful(tool)) return false;
  return tool.reach.some(({ door, ...one }) => {
    const mode = doors[door]?.mode ?? 'enforce';
    return isOpen({ ...one, mode, state: tool.state });
  });
}
