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

/** Whether a High or Critical tool can be called with nothing in between: a grant that only observes has nothing. */
export function isUncovered(
  { reach, severity, state }: Pick<StackTool, 'reach' | 'severity' | 'state'>,
  doors: readonly Pick<StackServer['doors'][number], 'mode'>[],
): boolean {
  // What is held is called by nobody.
  if (state === 'held' || (severity !== 'High' && severity !== 'Critical')) return false;
  return reach.some(
    ({ checks, door, outcome }) =>
      doors[door]?.mode === 'observe' || (outcome === 'allow' && checks.length === 0),
  );
}
