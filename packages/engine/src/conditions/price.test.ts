import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { compare } from '../../cases/samples.ts';
import { anyValue, picker } from '../../test/arbitrary-call.ts';
import { comparison } from '../../test/arbitrary-policy.ts';
import { seeded, times } from '../../test/runs.ts';
import type { Json } from '../json/json.ts';
import type { Operator } from '../policy.ts';
import { workOf } from '../spec/index.ts';
import { ELEMENT, ENTRY, FOLDING, NODE, READING } from '../work.ts';
import { compilePrice } from './price.ts';

const price = (value: Json, op: Operator, operand: Json, ignoreCase = false) =>
  compilePrice(compare('args.x', op, operand, ignoreCase), testFunctions)?.(value) ?? 0;

const TEXT = 'abcde';

describe('the price of a comparison', () => {
  it('is what the reference says, for every operator and value', () => {
    fc.assert(
      fc.property(comparison, fc.integer(), (written, seed) => {
        // The arbitrary makes documents of comparisons.
        const { op, value, ignore_case } = written as { op: Operator; value: Json; ignore_case?: boolean };
        const compared = compare('args.x', op, value, ignore_case ?? false);
        const pick = picker(seed);
        for (let count = 0; count < 20; count += 1) {
          const found = anyValue(pick);
          if (found === null) continue;
          const asked = compilePrice(compared, testFunctions)?.(found) ?? 0;
          expect(asked).toBe(workOf(found, compared, testFunctions));
        }
      }),
      seeded(times(2_000)),
    );
  });

  it('grows with the text where all of it is read', () => {
    expect(price(TEXT, 'contains', 'x')).toBe(5 * READING.contains);
    expect(price(TEXT, 'length_gt', 1)).toBe(5 * READING.length_gt);
    expect(price(TEXT, 'path_within', '/a')).toBe(5 * READING.path_within + ENTRY);
    expect(price(TEXT, 'cidr_in', ['10.0.0.0/8', '::1'])).toBe(5 * READING.cidr_in + 2 * ENTRY);
  });

  it('is nothing where no more than the operand is read', () => {
    expect(price(TEXT, 'eq', 'x')).toBe(0);
    expect(price(TEXT, 'starts_with', 'x')).toBe(0);
    expect(price(5, 'regex', 'x')).toBe(0);
    expect(price([1], 'host_in', 'a.example')).toBe(0);
  });

  it('is higher where case is folded', () => {
    expect(price(TEXT, 'eq', 'x', true)).toBe(5 * FOLDING);
    expect(price(TEXT, 'ends_with', 'x', true)).toBe(5 * FOLDING);
    expect(price(TEXT, 'glob', '*', true)).toBe(5 * (READING.glob + FOLDING));
  });

  it('of a regular expression grows with the square of its program', () => {
    const small = price(TEXT, 'regex', 'a{10}');
    const large = price(TEXT, 'regex', 'a{100}');
    expect(small).toBeGreaterThan(5 * READING.regex);
    expect(large / small).toBeGreaterThan(25);
  });

  it('counts elements, keys and what arrays and objects are compared with', () => {
    expect(price(['a', 'b'], 'contains', 'a')).toBe(2 * ELEMENT);
    expect(price({ a: 1, b: 2, c: 3 }, 'length_lt', 5)).toBe(3 * NODE);
    expect(price([1, 2, 3], 'length_lt', 5)).toBe(0);
    expect(price([1], 'eq', [1, [2, 3]])).toBe(5 * NODE);
    expect(price([1], 'in', [[1], 'a', { a: 1 }])).toBe(4 * NODE);
    expect(price(['ab', [1]], 'eq', ['x'], true)).toBe(2 * NODE + FOLDING * (4 + 2));
  });
});
