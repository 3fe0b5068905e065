import type { Policy } from '../policy.ts';
import { layOut } from './layout.ts';
import { policyDocument } from './policy-document.ts';

/**
 * The canonical text of a policy (policy language §10): keys in a fixed order, two blanks of indentation, short
 * conditions and limits on one line, defaults left out, short forms expanded, one final line break. `parsePolicy`
 * of the text gives an equal policy.
 */
export function printPolicy(policy: Policy): string {
  return `${layOut(policyDocument(policy))}\n`;
}
