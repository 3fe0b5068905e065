import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Micros } from '../policy.ts';
import { fromMicros, toMicros } from './amount.ts';

describe('an amount in millionths', () => {
  it.each([
    [0, 0],
    [-0, 0],
    [1, 1_000_000],
    [0.1, 100_000],
    [0.000001, 1],
    [1.1, 1_100_000],
    [4.35, 4_350_000],
    [9007199254.5, 9_007_199_254_500_000],
  ])('keeps %d exactly', (value, micros) => {
    expect(toMicros(value)).toBe(micros);
  });

  it.each([
    [0.0000001, 1],
    [1.0000001, 1_000_001],
    [1e-300, 1],
    [5e-324, 1],
    [0.1234561, 123_457],
    [0.0000009, 1],
    [1.0000019, 1_000_002],
  ])('rounds %d up to the next millionth', (value, micros) => {
    expect(toMicros(value)).toBe(micros);
  });

  it.each([-1, -1e-9, Number.NaN, Number.POSITIVE_INFINITY, 9007199254.740992, 9007199255, 1e21, 1e308])(
    'has none for %d',
    (value) => {
      expect(toMicros(value)).toBeUndefined();
    },
  );

  it('comes back as the number that it was made from', () => {
    // Above 2^33 units two neighbouring millionths may share one double.
    const amount = fc.integer({ min: 0, max: 2 ** 33 * 1_000_000 }).map((n) => n as Micros);
    fc.assert(fc.property(amount, (micros) => toMicros(fromMicros(micros)) === micros));
  });

  it('is never lower than the number', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 9e9, noNaN: true }), (value) => {
        const micros = toMicros(value);
        return micros !== undefined && fromMicros(micros) >= value;
      }),
    );
  });
});
