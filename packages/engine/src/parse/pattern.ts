import { PATTERN_LENGTH } from './bounds.ts';
import { elements, type Place, report, text } from './place.ts';

/** Whether `*` stands in a name, which then is a pattern (§2). */
export function isPattern(name: string): boolean {
  return name.includes('*');
}

/** What is wrong with a name or a pattern with `*`, or undefined. Names compare code unit by code unit, so nothing is changed. */
export function patternFault(pattern: string): string | undefined {
  if (pattern === '') return 'expected a name or a pattern, found an empty text; everything is "*"';
  if (pattern.length <= PATTERN_LENGTH) return undefined;
  return `expected at most ${PATTERN_LENGTH} characters in a name or pattern, found ${pattern.length}`;
}

/** A list of names or patterns. */
export function readPatterns(place: Place | undefined, what: string, max: number): readonly string[] {
  return elements(place, what, max).flatMap((item) => {
    const pattern = text(item, `a name or pattern in ${what}`);
    if (pattern === undefined) return [];
    const fault = patternFault(pattern);
    if (fault === undefined) return [pattern];
    report(item, 'bad_name', fault);
    return [];
  });
}
