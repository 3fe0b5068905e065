import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../../cases/functions.ts';
import { samplePattern } from './sample-pattern.ts';

describe('a sample of a pattern', () => {
  it.each([
    '^prod$',
    '^[a-z]+$',
    '^[a-zA-Z0-9_.-]{3,20}@example\\.com$',
    '^(?:read|write)_\\w+$',
    '^[^/]+/[^/\\s]*$',
    '^\\d{4}-\\d{2}-\\d{2}$',
    '(?i)^drop\\s+table',
    '^(?P<name>x|y)?z{2,}$',
    '^[[:alpha:]][[:digit:]]*$',
    '\\bsecret\\b',
    '^a.c$',
    '^[\\]\\-x]$',
    'a|b|',
  ])('%s matches it, in every variant', (pattern) => {
    const compiled = testFunctions.regex(pattern, { ignoreCase: false });
    const samples = [0, 1, 2, 3].map((variant) => samplePattern(pattern, variant));
    expect(samples.filter((sample) => !(compiled.ok && compiled.test(sample)))).toEqual([]);
  });

  it('is some text for whatever stands there', () => {
    for (const pattern of ['(', ')', '[', '\\', 'a{', '*', '(?<', '[^', '((((', '|)|'])
      expect(typeof samplePattern(pattern, 1)).toBe('string');
  });

  it('is not longer than a few characters for each that is written', () => {
    expect(samplePattern('a{1000}', 1)).toHaveLength(64);
    expect(samplePattern('(((a{64}){64}){64}){64}', 0).length).toBeLessThanOrEqual(4_096);
  });
});
