import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from '../../limits/index.ts';
import { BodyBudget } from './body-budget.ts';

describe('the budget of request bodies', () => {
  it('gives a grant a quarter of it, and all grants together the whole', () => {
    const budget = new BodyBudget(MAX_BODY_BYTES * 8);
    const first = budget.shareFor('a');
    expect(first.take(MAX_BODY_BYTES * 2)).toBe(true);
    expect(budget.shareFor('a').take(1)).toBe(false);
    for (const grant of ['b', 'c', 'd']) expect(budget.shareFor(grant).take(MAX_BODY_BYTES * 2)).toBe(true);
    expect(budget.shareFor('e').take(1)).toBe(false);
    first.release();
    expect(budget.shareFor('e').take(MAX_BODY_BYTES * 2)).toBe(true);
  });

  it('always has room for one largest body', () => {
    const budget = new BodyBudget(1);
    expect(budget.shareFor('a').take(MAX_BODY_BYTES)).toBe(true);
    expect(budget.shareFor('b').take(1)).toBe(false);
  });

  it('holds nothing after everything was released, once or twice', () => {
    const budget = new BodyBudget();
    const share = budget.shareFor('a');
    share.take(10);
    share.take(20);
    expect(budget.total).toBe(30);
    share.release();
    share.release();
    expect(budget.total).toBe(0);
  });
});
