import { describe, expect, it } from 'vitest';
import type { Truth } from '../decide/decision.ts';
import type { Json } from '../json/json.ts';
import { rawNumber } from '../json/raw-number.ts';
import { compileEqualsSome } from './equality.ts';

/** A number that is kept as its text is printed as it was written. */
const BIG = rawNumber('12345678901234567890') as unknown as Json;
const equals = (value: unknown, operands: readonly unknown[], ignoreCase = false) =>
  // Some values are no JSON, on purpose.
  compileEqualsSome(operands as readonly Json[], { ignoreCase })(value as Json);

describe('a value equals one of others', () => {
  it.each<[unknown, unknown[], Truth]>([
    ['a', [], 'false'],
    ['a', ['b', 'a'], 'true'],
    ['1', ['2', 1], 'undetermined'],
    ['1', ['1', 1], 'true'],
    [true, ['true'], 'undetermined'],
    [true, ['false'], 'false'],
    [null, ['null'], 'undetermined'],
    ['x', [['x']], 'undetermined'],
    ['x', [['x'], 'x'], 'true'],
    [1, [{}], 'undetermined'],
    [[], [], 'false'],
    [['x'], ['x'], 'undetermined'],
    [['x'], [['x'], 'x'], 'true'],
    [['x'], [['y'], 'x'], 'undetermined'],
    [['x'], [['y'], ['z']], 'false'],
    [BIG, [], 'false'],
    [BIG, ['x'], 'undetermined'],
    [Number.NaN, [], 'false'],
    [Number.NaN, [[1]], 'undetermined'],
  ])('%j, one of %j: %s', (value, operands, expected) => {
    expect(equals(value, operands)).toBe(expected);
  });

  it.each<[unknown, unknown, Truth]>([
    [[], [], 'true'],
    [[], {}, 'undetermined'],
    [{}, {}, 'true'],
    [[1, 2], [1], 'false'],
    [[1], [1, 2], 'false'],
    [[1, 2], [1, 3], 'false'],
    [[1, '2'], [1, 2], 'undetermined'],
    [[1, 'x'], [1, 2], 'false'],
    [[[1]], [1], 'undetermined'],
    [[1], [[1]], 'undetermined'],
    [[[1]], [[1]], 'true'],
    [[BIG], [1], 'undetermined'],
    [[1], [BIG], 'undetermined'],
    [[BIG], [BIG], 'undetermined'],
    [[Number.NaN], [Number.NaN], 'undetermined'],
    [[1], [Number.NaN], 'undetermined'],
    [[null], ['null'], 'undetermined'],
    [[null], [null], 'true'],
    [{ a: 1 }, { b: 1 }, 'false'],
    [{ a: 1, b: 2 }, { a: 1 }, 'false'],
    [{ toString: 1 }, { a: 1 }, 'false'],
    [{ a: 1 }, { a: 2 }, 'false'],
    [{ a: { b: [1] } }, { a: { b: [1] } }, 'true'],
  ])('%j against %j, all the way down: %s', (one, other, expected) => {
    expect(equals(one, [other])).toBe(expected);
  });

  it('says the same however many texts there are', () => {
    for (const count of [1, 8, 9, 100]) {
      const texts = Array.from({ length: count }, (_, index) => `t${index}`);
      expect(equals(`t${count - 1}`, texts)).toBe('true');
      expect(equals(`t${count}`, texts)).toBe('false');
      expect(equals(`T${count - 1}`, texts)).toBe('false');
      expect(equals(`T${count - 1}`, texts, true)).toBe('true');
      expect(equals(['t0'], texts)).toBe('undetermined');
    }
  });

  it('looks away from case inside of arrays and objects where it is told to, but not in keys', () => {
    expect(equals(['A'], [['a']])).toBe('false');
    expect(equals(['A', { b: 'C' }], [['a', { b: 'c' }]], true)).toBe('true');
    expect(equals({ A: 1 }, [{ a: 1 }], true)).toBe('false');
    expect(equals(['TRUE'], [[true]], true)).toBe('undetermined');
    expect(equals(['TRUE'], [[true]])).toBe('false');
  });
});
