import { describe, expect, it } from 'vitest';
import { Budget, partOfHeap } from './budget.ts';

describe('a budget', () => {
  it('gives each its part, and all together the whole', () => {
    const budget = new Budget({ ofAll: 80, ofEach: 20 });
    const first = budget.shareFor('a');
    expect(first.take(20)).toBe(true);
    expect(budget.shareFor('a').take(1)).toBe(false);
    for (const key of ['b', 'c', 'd']) expect(budget.shareFor(key).take(20)).toBe(true);
    expect(budget.shareFor('e').take(1)).toBe(false);
    first.release();
    expect(budget.shareFor('e').take(20)).toBe(true);
  });

  it('holds nothing after everything was released, once or twice', () => {
    const budget = new Budget({ ofAll: 80, ofEach: 80 });
    const share = budget.shareFor('a');
    share.take(10);
    share.take(20);
    expect(budget.total).toBe(30);
    share.release();
    share.release();
    expect(budget.total).toBe(0);
  });
});

describe('places', () => {
  it('are so many for all, and fewer for one grant', () => {
    const places = new Budget({ ofAll: 3, ofEach: 2 });
    expect([places.take('a'), places.take('a'), places.take('a')]).toEqual([true, true, false]);
    expect([places.take('b'), places.take('b'), places.take('c')]).toEqual([true, false, false]);
    places.giveBack('a');
    expect([places.take('c'), places.take('a')]).toEqual([true, false]);
  });

  it('that were not taken cannot be given back', () => {
    const places = new Budget({ ofAll: 1, ofEach: 1 });
    places.giveBack('a');
    expect([places.take('a'), places.take('b')]).toEqual([true, false]);
    places.giveBack('b');
    expect(places.take('b')).toBe(false);
  });
});

it('a part of the heap is never less than the least', () => {
  expect(partOfHeap(1 / 2, 1)).toBeGreaterThan(2 ** 20);
  expect(partOfHeap(1 / 2, 2 ** 50)).toBe(2 ** 50);
});
