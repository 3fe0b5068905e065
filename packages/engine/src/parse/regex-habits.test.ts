import { describe, expect, it } from 'vitest';
import { problemsOf, withCondition } from '../../cases/parsing.ts';

const matching = (value: string, op = 'regex') => problemsOf(withCondition({ path: 'args.a', op, value }));

describe('an expression in slashes', () => {
  it.each(['regex', 'not_regex'])('with flags is a warning for %s, as it hardly ever matches', (op) => {
    expect(matching('/drop table/i', op)).toMatchObject([
      { code: 'bad_pattern', severity: 'warning', pointer: '/tools/t/deny_if/0/conditions/0/value' },
    ]);
  });

  it('is none that may be a path, or that is compared as a text', () => {
    expect(matching('/etc/')).toEqual([]);
    expect(matching('^/etc/passwd$')).toEqual([]);
    expect(matching('/home/i', 'starts_with')).toEqual([]);
  });
});
