import type { Policy } from '../../policy.ts';
import { isPattern } from '../pattern.ts';
import { child, type Place, reportKey } from '../place.ts';
import { quoted } from '../words.ts';

type Pattern = {
  readonly text: string;
  readonly literals: number;
  readonly start: string;
  readonly end: string;
};

/** Two patterns with equally many literal characters that can both match one name: neither would win (§2). */
export function checkPatternTie(policy: Policy, document: Place): void {
  const tools = child(document, 'tools', null);
  const patterns = [...policy.tools.keys()].filter(isPattern).map(describePattern);
  for (const [index, pattern] of patterns.entries()) {
    const rival = patterns.slice(0, index).find((earlier) => tie(earlier, pattern));
    if (rival === undefined) continue;
    reportKey(
      child(tools, pattern.text, null),
      'pattern_tie',
      `${quoted(pattern.text)} and ${quoted(rival.text)} both match ${quoted(commonName(pattern, rival))} and have ${pattern.literals} literal characters each; make one of them longer or join them`,
    );
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
 * Both have a `*`. Where the beginnings and the endings agree, a common name exists: the longer beginning, what
 * stands between the stars of the one, then of the other, and the longer ending. Otherwise there is none.
 */
function tie(one: Pattern, other: Pattern): boolean {
  return (
    one.literals === other.literals &&
    (one.start.startsWith(other.start) || other.start.startsWith(one.start)) &&
    (one.end.endsWith(other.end) || other.end.endsWith(one.end))
  );
}

/** A name that both match. */
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
