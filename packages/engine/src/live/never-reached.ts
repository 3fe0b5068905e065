import { rulesOf } from '../looked-at.ts';
import type { Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { entryPointer, problem } from './covered.ts';

/** Rules and limits of an entry that refuses every call before they are looked at. */
export function checkNeverReached(policy: Policy): readonly Problem[] {
  return [...policy.tools]
    .filter(([, entry]) => entry.action === 'deny' && rulesOf(entry).length + entry.limits.length > 0)
    .map(([name]) => {
      const message =
        'the action "deny" refuses every call, so the rules and limits of this entry are never reached';
      return problem('warning', 'never_reached', { message, pointer: `${entryPointer(name)}/action` });
    });
}
