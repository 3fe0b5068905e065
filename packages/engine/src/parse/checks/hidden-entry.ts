import type { Policy } from '../../policy.ts';
import { child, type Place, warnKey } from '../place.ts';
import { quoted } from '../words.ts';

/** An entry whose tool is hidden can never be reached, as `hide` beats `tools` (§2): a warning. */
export function checkHiddenEntry(policy: Policy, document: Place): void {
  const tools = child(document, 'tools', null);
  const exact = new Set(policy.hide);
  for (const tool of policy.tools.keys()) {
    if (exact.has('*') || exact.has(tool)) {
      warnKey(
        child(tools, tool, null),
        'contradiction',
        `${quoted(tool)} is hidden, so this entry is never reached; remove one of the two`,
      );
    }
  }
}
