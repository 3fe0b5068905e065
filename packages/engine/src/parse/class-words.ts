import type { Json } from '../json/json.ts';
import type { Comparison } from '../policy.ts';
import { child, type Place, warnKey } from './place.ts';
import { similarWord } from './similar.ts';
import { quoted } from './words.ts';

/** The words that `tool.class` and `tool.severity` have, from the mildest to the worst. The catalogue's test holds them equal to its own. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  class: ['Read', 'Write', 'Execute', 'Destructive', 'Financial'],
  severity: ['Low', 'Medium', 'High', 'Critical'],
};
const EQUALITIES: ReadonlySet<string> = new Set(['eq', 'neq', 'in', 'not_in']);

/** Comparing a class with a word that no tool has never refuses anything, which nobody means: a warning (§12). */
export function warnOfUnknownClass({ ignoreCase, op, path, value }: Comparison, operand: Place): void {
  const [segment] = path.segments;
  const words = path.root === 'tool' && segment?.kind === 'name' ? WORDS[segment.name] : undefined;
  if (words === undefined || !EQUALITIES.has(op)) return;
  const comparable = (word: Json): Json =>
    ignoreCase && typeof word === 'string' ? word.toLowerCase() : word;
  const known = new Set<Json>(words.map(comparable));
  const places = Array.isArray(value)
    ? value.map((one: Json, index) => child(operand, String(index), one))
    : [operand];
  for (const place of places) {
    if (known.has(comparable(place.value))) continue;
    const meant = typeof place.value === 'string' ? similarWord(place.value, words) : undefined;
    const mend = meant === undefined ? '' : `; did you mean ${quoted(meant)}?`;
    warnKey(
      place,
      'contradiction',
      `expected one of ${words.join(', ')} for ${path.text}, found ${JSON.stringify(place.value)}, which no tool has${mend}`,
    );
  }
}
