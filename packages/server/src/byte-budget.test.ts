import { describe, expect, it } from 'vitest';
import { ByteBudget, partOfHeap } from './byte-budget.ts';

describe('a budget of bytes', () => {
  it('gives each its part, and all together the whole', () => {
    const budget = new ByteBudget({ ofAll: 80, ofEach: 20 });
    const first = budget.shareFor('a');
    expect(first.take(20)).toBe(true);
    expect(budget.shareFor('a').take(1)).toBe(false);
    for (const key of ['b', 'c', 'd']) expect(budget.shareFor(key).take(20)).toBe(true);
    expect(budget.shareFor('e').take(1)).toBe(false);
    first.release();
    expect(budget.shareFor('e').take(20)).toBe(true);
  });

  it('holds nothing after everything was released, once or twice', () => {
    const budget = new ByteBudget({ ofAll: 80, ofEach: 80 });
    const share = budget.shareFor('a');
    share.take(10);
    share.take(20);
    expect(budget.total).toBe(30);
    share.release();
    share.release();
    expect(budget.total).toBe(0);
  });
});

it('a part of the heap is never less than the least', () => {
  expect(partOfHeap(1 / 2, 1)).toBeGreaterThan(2 ** 20);
  expect(partOfHeap(1 / 2, 2 ** 50)).toBe(2 ** 50);
});
