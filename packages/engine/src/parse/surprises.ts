import type { Json } from '../json/json.ts';
import type { Comparison, Path } from '../policy.ts';
import { child, type Place, warnKey } from './place.ts';
import { quoted } from './words.ts';

type ComparisonPlaces = { readonly path: Place; readonly operand: Place };

/** What a comparison says that hardly anybody means, and that therefore never refuses what it should: warnings. */
export function warnOfSurprises(comparison: Comparison, { operand, path }: ComparisonPlaces): void {
  warnOfNumberedName(comparison.path, path);
  warnOfListInList(comparison, operand);
  warnOfOtherGlob(comparison, operand);
  warnOfImpossibleTime(comparison, operand);
}

function warnOfNumberedName({ segments, text }: Path, place: Place): void {
  const numbered = segments.find((segment) => segment.kind === 'name' && /^\d+$/.test(segment.name));
  if (numbered?.kind !== 'name') return;
  warnKey(
    place,
    'bad_path',
    `${quoted(text)} asks for a key with the name "${numbered.name}"; an element of a list is [${numbered.name}]`,
  );
}

function warnOfListInList({ op, value }: Comparison, operand: Place): void {
  const isContaining = op === 'contains' || op === 'not_contains';
  if (!isContaining || !Array.isArray(value)) return;
  warnKey(
    operand,
    'bad_operand',
    `"${op}" looks for this list as one element of another; for each of several values write a condition, joined with "any" or "all"`,
  );
}

/** Ranges and alternatives of other globs; a "?" may well be meant, as in addresses. */
const OTHER_GLOB = /\[[^[\]]+\]|\{[^{},]*,[^{}]*\}/;

function warnOfOtherGlob({ op, value }: Comparison, operand: Place): void {
  const other = op === 'glob' && typeof value === 'string' ? OTHER_GLOB.exec(value)?.[0] : undefined;
  if (other === undefined) return;
  warnKey(
    operand,
    'bad_pattern',
    `${quoted(other)} only stands for itself; "*" alone is special in "glob", so write several conditions, or "regex"`,
  );
}

type Possible = { readonly expected: string; readonly fits: (value: Json) => boolean };

const within =
  (min: number, max: number) =>
  (value: Json): boolean =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;

/** What the parts of a moment can be. */
const TIMES: Readonly<Record<string, Possible>> = {
  hour: { expected: 'an hour from 0 to 23', fits: within(0, 23) },
  weekday: { expected: 'a day from 1 (Monday) to 7 (Sunday)', fits: within(1, 7) },
  date: {
    expected: 'a date such as "2026-01-31"',
    fits: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value),
  },
};
const EQUALITIES: ReadonlySet<string> = new Set(['eq', 'neq', 'in', 'not_in']);

function warnOfImpossibleTime({ op, path, value }: Comparison, operand: Place): void {
  const [segment] = path.segments;
  const possible = path.root === 'time' && segment?.kind === 'name' ? TIMES[segment.name] : undefined;
  if (possible === undefined || !EQUALITIES.has(op)) return;
  const places = Array.isArray(value)
    ? value.map((one: Json, index) => child(operand, String(index), one))
    : [operand];
  for (const place of places)
    if (!possible.fits(place.value))
      warnKey(
        place,
        'contradiction',
        `expected ${possible.expected} for ${path.text}, found ${JSON.stringify(place.value)}, which it never is`,
      );
}
