import type { Policy } from '../../policy.ts';
import { isPattern } from '../pattern.ts';
import { child, type Place, reportKey } from '../place.ts';
import { quoted } from '../words.ts';

type Pattern = {
  readonly text: string;
  readonly literals: number;
  /** What stands before the first `*` and behind the last. */
  readonly start: string;
  readonly end: string;
};

/** Two patterns with equally many literal characters that can both match one name: neither would win (§2). */
export function checkPatternTie(policy: Policy, document: Place): void {
  const tools = child(document, 'tools', null);
  const patterns = [...policy.tools.keys()].filter(isPattern).map(describePattern);
  for (const group of Map.groupBy(patterns, (pattern) => pattern.literals).values()) {
    const canMeet = meetings(group);
    for (const [index, pattern] of group.entries()) {
      const rival = group.find((_, earlier) => earlier < index && canMeet(earlier, index));
      if (rival === undefined) continue;
      reportKey(
        child(tools, pattern.text, null),
        'pattern_tie',
        `${quoted(pattern.text)} and ${quoted(rival.text)} both match ${quoted(commonName(pattern, rival))} and have ${pattern.literals} literal characters each; make one of them longer or join them`,
      );
    }
  }
}

function describePattern(text: string): Pattern {
  return {
    text,
    literals: text.replaceAll('*', '').length,
    start: text.slice(0, text.indexOf('*')),
    end: text.slice(text.lastIndexOf('*') + 1),
  };
}

/**
 * Whether two patterns, each with a `*`, have a common name. They do where one beginning begins the other and one
 * ending ends the other: see `commonName`. Otherwise there is none.
 */
function meetings(patterns: readonly Pattern[]): (one: number, other: number) => boolean {
  const starts = beginnings(patterns.map((pattern) => pattern.start));
  const ends = beginnings(patterns.map((pattern) => reversed(pattern.end)));
  return (one, other) => starts(one, other) && ends(one, other);
}

/** By code units, as names compare. */
function reversed(text: string): string {
  return text.split('').toReversed().join('');
}

/** Whether one of two texts begins the other, by their places in the sorted list: a policy may have two million pairs. */
function beginnings(texts: readonly string[]): (one: number, other: number) => boolean {
  const sorted = [...new Set(texts)].toSorted();
  const lasts = lastBegun(sorted);
  const placeOf = new Map(sorted.map((text, index) => [text, index]));
  const places = texts.map((text) => placeOf.get(text) ?? 0);
  return (one, other) => {
    const low = Math.min(places[one] ?? 0, places[other] ?? 0);
    const high = Math.max(places[one] ?? 0, places[other] ?? 0);
    return high <= (lasts[low] ?? 0);
  };
}

/** For each of the sorted texts, the last one that it begins: those that it begins follow it without a gap. */
function lastBegun(sorted: readonly string[]): readonly number[] {
  const lasts = sorted.map((_, index) => index);
  const open: number[] = [];
  for (const [index, text] of sorted.entries()) {
    while (open.length > 0 && !text.startsWith(sorted[open.at(-1) ?? 0] ?? '')) open.pop();
    for (const beginning of open) lasts[beginning] = index;
    open.push(index);
  }
  return lasts;
}

/** A name that both match: the longer beginning, what stands between the stars of each, the longer ending. */
function commonName(one: Pattern, other: Pattern): string {
  const start = one.start.length >= other.start.length ? one.start : other.start;
  const end = one.end.length >= other.end.length ? one.end : other.end;
  return start + between(one) + between(other) + end;
}

function between(pattern: Pattern): string {
  return pattern.text
    .slice(pattern.start.length, pattern.text.length - pattern.end.length)
    .replaceAll('*', '');
}
