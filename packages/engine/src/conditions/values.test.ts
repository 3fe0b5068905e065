/** The smallest parts of conditions: truths, kinds of values, what was seen, the work that is left. */
import { describe, expect, it } from 'vitest';
import { compare } from '../../cases/samples.ts';
import type { FoundType, Truth } from '../decide/decision.ts';
import { rawNumber } from '../json/raw-number.ts';
import { WORK_MAX } from '../work.ts';
import { integerText, kindOf } from './kind.ts';
import { rememberSteps, seen, seenNumber, seenSeveral, seenString } from './seen.ts';
import { every, not, some, truth } from './truth.ts';
import { Work } from './work.ts';

const TRUTHS: readonly Truth[] = ['true', 'false', 'undetermined'];

describe('a truth', () => {
  it('is turned round by not, but stays undetermined', () => {
    expect(TRUTHS.map(not)).toEqual(['false', 'true', 'undetermined']);
    expect([truth(true), truth(false)]).toEqual(['true', 'false']);
  });

  it.each<[readonly Truth[], Truth, Truth]>([
    [[], 'true', 'false'],
    [['true'], 'true', 'true'],
    [['false'], 'false', 'false'],
    [['undetermined'], 'undetermined', 'undetermined'],
    [['true', 'undetermined'], 'undetermined', 'true'],
    [['undetermined', 'true'], 'undetermined', 'true'],
    [['undetermined', 'false'], 'false', 'undetermined'],
    [['false', 'undetermined'], 'false', 'undetermined'],
    [['true', 'false'], 'false', 'true'],
    [['undetermined', 'false', 'true'], 'false', 'true'],
  ])('of several, %j, is %s for every and %s for some', (truths, ofEvery, ofSome) => {
    expect(every(truths, (one) => one)).toBe(ofEvery);
    expect(some(truths, (one) => one)).toBe(ofSome);
  });

  it('of several is not asked for once it is clear', () => {
    const asked: Truth[] = [];
    const note = (one: Truth) => {
      asked.push(one);
      return one;
    };
    every(['true', 'false', 'undetermined'], note);
    some(['false', 'true', 'undetermined'], note);
    expect(asked).toEqual(['true', 'false', 'false', 'true']);
  });
});

describe('the kind of a value', () => {
  it.each([
    ['', 'string'],
    [0, 'number'],
    [Number.NaN, 'foreign'],
    [Number.POSITIVE_INFINITY, 'foreign'],
    [false, 'boolean'],
    [null, 'null'],
    [[], 'array'],
    [{}, 'object'],
    [rawNumber('12345678901234567890'), 'big'],
    [undefined, 'foreign'],
    [1n, 'foreign'],
    [Symbol.iterator, 'foreign'],
    [() => 1, 'foreign'],
  ])('of %o is %s', (value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });

  it.each([
    ['12345678901234567890', true],
    ['-12345678901234567890', true],
    ['12345678901234567890.0', false],
    ['1e30', false],
  ])('of the number %s is that of an integer: %s', (text, isInteger) => {
    expect(integerText(rawNumber(text))).toBe(isInteger ? text : undefined);
    expect(integerText(text)).toBeUndefined();
  });
});

describe('what was seen', () => {
  const FOUND: readonly FoundType[] = [
    'string',
    'number',
    'boolean',
    'array',
    'object',
    'absent',
    'several',
    'unreachable',
    'unread',
  ];

  it('becomes a step of its own for each outcome and type, and the same one again', () => {
    const { path, ...comparison } = compare('args.a', 'eq', 1);
    const remember = rememberSteps({ ...comparison, path });
    const all = FOUND.flatMap((found) => TRUTHS.map((outcome) => ({ found, outcome })));
    for (let time = 0; time < 2; time += 1) {
      for (const one of all)
        expect(remember(seen(one.outcome, one.found))).toEqual({ path: 'args.a', op: 'eq', ...one });
    }
    expect(remember(seen('true', 'array'))).toBe(remember(seen('true', 'array')));
  });

  it('is the same whichever way it is said', () => {
    for (const one of TRUTHS) {
      expect(seenString(one)).toBe(seen(one, 'string'));
      expect(seenNumber(one)).toBe(seen(one, 'number'));
      expect(seenSeveral(one)).toBe(seen(one, 'several'));
    }
  });
});

describe('the work of a decision', () => {
  it('may be all that there is, and no more', () => {
    const work = new Work();
    expect(work.takes(WORK_MAX - 1)).toBe(true);
    expect([work.takes(2), work.isShort]).toEqual([false, true]);
    work.isShort = false;
    expect([work.takes(1), work.takes(0), work.isShort]).toEqual([true, true, false]);
    expect([work.takes(1), work.isShort]).toEqual([false, true]);
  });
});
