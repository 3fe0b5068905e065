import { describe, expect, it } from 'vitest';
import { RefusalRates } from './refusal-rates.ts';

/** Refuses so many calls in each of some seconds; gives the time after them. */
function refuse(
  rates: RefusalRates,
  each: number,
  { fromMs, seconds }: { fromMs: number; seconds: number },
): number {
  for (let second = 0; second < seconds; second += 1)
    for (let call = 0; call < each; call += 1) rates.note('g', fromMs + second * 1_000 + call);
  return fromMs + seconds * 1_000;
}

describe('a grant whose calls are refused', () => {
  it('is turned away after ten seconds with more than 100 in each', () => {
    const rates = new RefusalRates();
    const nowMs = refuse(rates, 101, { fromMs: 0, seconds: 9 });
    expect(rates.turnsAway('g', nowMs)).toBe(false);
    expect(rates.turnsAway('g', refuse(rates, 101, { fromMs: nowMs, seconds: 1 }))).toBe(true);
    expect(rates.turnsAway('other', nowMs + 1_000)).toBe(false);
  });

  it.each([
    ['100 in each second', (rates: RefusalRates) => refuse(rates, 100, { fromMs: 0, seconds: 30 })],
    [
      'a quiet second among the ten',
      (rates: RefusalRates) =>
        refuse(rates, 200, { fromMs: refuse(rates, 200, { fromMs: 0, seconds: 9 }) + 1_000, seconds: 9 }),
    ],
  ])('is not turned away for %s', (_, run) => {
    const rates = new RefusalRates();
    expect(rates.turnsAway('g', run(rates))).toBe(false);
  });

  it('stays turned away while it goes on as before, and not after a second with 100 or fewer', () => {
    const rates = new RefusalRates();
    let nowMs = refuse(rates, 150, { fromMs: 0, seconds: 10 });
    for (let second = 0; second < 5; second += 1, nowMs += 1_000)
      for (let call = 0; call < 101; call += 1) expect(rates.turnsAway('g', nowMs + call)).toBe(true);
    for (let call = 0; call < 100; call += 1) expect(rates.turnsAway('g', nowMs + call)).toBe(true);
    expect(rates.turnsAway('g', nowMs + 1_000)).toBe(false);
  });

  it('is taken again after a pause, whatever came before it', () => {
    const rates = new RefusalRates();
    const nowMs = refuse(rates, 1_000, { fromMs: 0, seconds: 10 });
    expect(rates.turnsAway('g', nowMs)).toBe(true);
    expect(rates.turnsAway('g', nowMs + 2_000)).toBe(false);
  });
});
