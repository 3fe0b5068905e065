import { describe, expect, it } from 'vitest';
import { similarWord } from './similar.ts';

const WORDS = ['deny_if', 'require', 'limits', 'gt', 'gte', 'not_in', 'starts_with'];

describe('the word that was probably meant', () => {
  it.each([
    ['deny_fi', 'deny_if'],
    ['denyIf', 'deny_if'],
    ['deny-if', 'deny_if'],
    ['requires', 'require'],
    ['limit', 'limits'],
    ['GT', 'gt'],
    ['notin', 'not_in'],
    ['startswith', 'starts_with'],
    ['start_wiht', 'starts_with'],
    ['strat_wiht', undefined],
    ['foo', undefined],
    ['', undefined],
  ])('for %j is %j', (written, meant) => {
    expect(similarWord(written, WORDS)).toBe(meant);
  });
});
