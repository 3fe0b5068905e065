import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../../cases/parsing.ts';
import { compilePattern } from '../../conditions/index.ts';

function ties(...names: string[]) {
  return problemsOf({
    version: '1',
    default: 'deny',
    tools: Object.fromEntries(names.map((name) => [name, {}])),
  });
}

describe('two patterns tie', () => {
  it.each([
    ['a*', '*a'],
    ['*', '**'],
    ['a*b', 'a**b'],
    ['get_*', '*_get'],
    ['*ab*', '*ba*'],
    ['a*c', 'ab*'],
    ['ab*', '*ba'],
    ['x*y*', '*y*x'],
  ])('when %s and %s can match one name', (one, other) => {
    expect(ties(one, other)).toMatchObject([
      { code: 'pattern_tie', severity: 'error', pointer: `/tools/${other}` },
    ]);
  });

  it.each([
    ['get_*', 'set_*'],
    ['*_a', '*_b'],
    ['a*', 'a*b'],
    ['ab', 'a*'],
    ['ax*', 'bx*'],
    ['a*b', 'a*c'],
  ])('but not when %s and %s cannot, or one is longer', (one, other) => {
    expect(ties(one, other)).toEqual([]);
  });

  it('names a name that both match', () => {
    expect(ties('a*bc*', '*xya')[0]?.message).toContain('both match "abcxya"');
  });

  it('is told once for each pattern', () => {
    expect(ties('a*', '*a', 'b', '*b')).toMatchObject([{ pointer: '/tools/*a' }, { pointer: '/tools/*b' }]);
  });

  it('exactly when some name matches both', () => {
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '*'), { minLength: 1, maxLength: 5 })
      .map((units) => units.join(''));
    const names = namesUpTo(8);
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        const literals = (text: string) => text.replaceAll('*', '').length;
        fc.pre(
          one !== other && one.includes('*') && other.includes('*') && literals(one) === literals(other),
        );
        const [left, right] = [compilePattern(one), compilePattern(other)];
        expect(ties(one, other).length > 0).toBe(names.some((name) => left(name) && right(name)));
      }),
      { numRuns: 200 },
    );
  });

  it('is found quickly among as many patterns as there may be', () => {
    const names = Array.from({ length: 2000 }, (_, index) => `*${String(index).padStart(4, '0')}`);
    expect(ties(...names)).toEqual([]);
  });
});

/** Every text of a and b up to a length: two patterns of five characters have a common name of at most eight, if any. */
function namesUpTo(length: number): string[] {
  const names = [''];
  for (let from = 0, size = 1; size <= length; size += 1) {
    const end = names.length;
    for (; from < end; from += 1) names.push(`${names[from]}a`, `${names[from]}b`);
  }
  return names;
}
