import { escapeSegment } from '../../json/pointer.ts';
import type { Policy } from '../../policy.ts';
import { type Place, warnKey } from '../place.ts';
import { quoted } from '../words.ts';

/** Characters of regular expressions and of other patterns, which names of tools do not have. */
const ELSEWHERE_SPECIAL = /[?[\](){}|^$+\\]/;

/** What nobody sees in a name: blanks at its ends, and characters without a look of their own. */
const UNSEEN = /^\s|\s$|[\p{Cc}\p{Cf}]/u;

function faultOf(name: string): string | undefined {
  const unseen = UNSEEN.exec(name)?.[0].codePointAt(0);
  if (unseen !== undefined) {
    const code = unseen.toString(16).toUpperCase().padStart(4, '0');
    return `the character U+${code}, which nobody sees; remove it, unless the tool's own name has it`;
  }
  const special = ELSEWHERE_SPECIAL.exec(name)?.[0];
  if (special === undefined) return undefined;
  return `${quoted(special)}, which only stands for itself; unless the tool's own name has it, write a pattern with "*", which alone is special, or each name`;
}

/** A name that only looks like that of a tool, or like a pattern, hides, allows or denies nothing: a warning. */
export function checkLiteralName(policy: Policy, document: Place): void {
  // Where the default denies, an entry that is never reached lets nothing through, and servers may have such names.
  const entries = policy.default === 'allow' ? [...policy.tools.keys()] : [];
  const names = [
    ...policy.hide.map((name, index) => [name, `/hide/${index}`] as const),
    ...entries.map((name) => [name, `/tools/${escapeSegment(name)}`] as const),
  ];
  for (const [name, pointer] of names) {
    const fault = faultOf(name);
    if (fault !== undefined) warnKey({ ...document, pointer }, 'bad_name', `${quoted(name)} has ${fault}`);
  }
}
