import { escapeSegment } from '../../json/pointer.ts';
import type { Policy } from '../../policy.ts';
import { type Place, warnKey } from '../place.ts';

/** `approval` says how people decide; where nothing asks them, calls pass that were meant to wait: a warning. */
export function checkIdleApproval(policy: Policy, document: Place): void {
  // What asks may be what could not be read.
  const isWhole = document.reading.findings.every(({ severity }) => severity !== 'error');
  if (!isWhole || policy.allTools.requireApprovalIf.length > 0) return;
  for (const [tool, entry] of policy.tools) {
    const asks = entry.action === 'require_approval' || entry.requireApprovalIf.length > 0;
    if (entry.approval === undefined || asks) continue;
    warnKey(
      { ...document, pointer: `/tools/${escapeSegment(tool)}/approval` },
      'contradiction',
      '"approval" says how people decide, and nothing here asks them; write "action": "require_approval", or what asks under "require_approval_if"',
    );
  }
}
