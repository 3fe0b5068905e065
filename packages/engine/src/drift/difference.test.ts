import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../json/canonical.ts';
import type { Json } from '../json/json.ts';
import { CHANGES_MAX, differenceOf } from './difference.ts';

// A cast: what the library calls JSON is JSON.
const json = fc.jsonValue() as fc.Arbitrary<Json>;

describe('the difference of two definitions', () => {
  it('names each place that came, went or changed', () => {
    const before = { a: 1, b: { c: [1], d: 'x' }, gone: null, of: [{ t: 1 }, { t: 2 }] };
    const after = { a: 1, b: { c: [2, 1], d: 'x', new: true }, of: [{ t: 1 }, { t: 3 }] };
    expect(differenceOf(before, after)).toEqual([
      { kind: 'changed', path: ['b', 'c'], before: [1], after: [2, 1] },
      { kind: 'added', path: ['b', 'new'], after: true },
      { kind: 'removed', path: ['gone'], before: null },
      { kind: 'changed', path: ['of', '1', 't'], before: 2, after: 3 },
    ]);
  });

  it('is empty exactly when both have the same canonical text', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        expect(differenceOf(one, one)).toEqual([]);
        expect(differenceOf(one, other).length === 0).toBe(canonicalJson(one) === canonicalJson(other));
      }),
    );
  });

  it.each([
    [CHANGES_MAX, CHANGES_MAX],
    [CHANGES_MAX + 1, 1],
  ])('of %i changes has %i: beyond the bound the whole counts as changed', (count, shown) => {
    const after = Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 1]));
    expect(differenceOf({}, after)).toHaveLength(shown);
  });
});
