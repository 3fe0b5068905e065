import { escapeSegment } from '../../json/pointer.ts';
import type { Policy } from '../../policy.ts';
import { type Place, warnKey } from '../place.ts';
import { quoted } from '../words.ts';

/** Characters of regular expressions and of other patterns, which names of tools do not have. */
const ELSEWHERE_SPECIAL = /[?[\](){}|^$+\\]/;

/** A name that looks like a pattern of another kind hides, allows or denies nothing: a warning. */
export function checkLiteralName(policy: Policy, document: Place): void {
  const names = [
    ...policy.hide.map((name, index) => [name, `/hide/${index}`] as const),
    ...[...policy.tools.keys()].map((name) => [name, `/tools/${escapeSegment(name)}`] as const),
  ];
  for (const [name, pointer] of names) {
    const character = ELSEWHERE_SPECIAL.exec(name)?.[0];
    if (character === undefined) continue;
    warnKey(
      { ...document, pointer },
      'bad_name',
      `${quoted(name)} has ${quoted(character)}, which only stands for itself; "*" alone is special, so write a pattern with it, or each name`,
    );
  }
}
