import { describe, expect, it } from 'vitest';
import { parsed } from '../../cases/parsing.ts';
import type { JsonObject } from '../json/json.ts';
import { checkNeverBinds } from './never-binds.ts';

const limit = (counter: string, window: string, max: number, more: JsonObject = {}): JsonObject => ({
  counter,
  window,
  max,
  ...more,
});
const found = (limits: readonly JsonObject[], tools: JsonObject = {}): readonly string[] =>
  checkNeverBinds(
    parsed({ version: '1', default: 'deny', tools: { pay: { limits: [...limits] }, ...tools } }),
  )
    .filter(({ code }) => code === 'never_binds')
    .map(({ pointer }) => pointer.split('/').at(-1) ?? '');

const CALENDAR = { reset: 'calendar' };
const AMOUNT = { increment_from: 'args.amount' };
const WHEN = { when: [{ path: 'args.amount', op: 'gt', value: 5 }] };

describe('a limit that can never refuse by itself', () => {
  it.each<[string, JsonObject[], string[]]>([
    ['as much as the shorter one lets through', [limit('a', 'minute', 10), limit('b', 'hour', 600)], ['b']],
    ['a counter that every call fills twice', [limit('a', 'hour', 5), limit('a', 'hour', 5)], []],
    ['one less', [limit('a', 'minute', 10), limit('b', 'hour', 599)], []],
    ['the looser of two of one window, in any order', [limit('a', 'day', 9), limit('b', 'day', 8)], ['a']],
    ['the second of two that say the same', [limit('a', 'day', 8), limit('b', 'day', 8)], ['b']],
    ['steps of its own', [limit('a', 'minute', 10), limit('b', 'hour', 1_200, { increment: 2 })], ['b']],
    ['larger steps', [limit('a', 'minute', 10), limit('b', 'hour', 1_199, { increment: 2 })], []],
    [
      'a window that may begin in the middle of two',
      [limit('a', 'minute', 10, CALENDAR), limit('b', 'hour', 609)],
      [],
    ],
    ['one that covers them all', [limit('a', 'minute', 10, CALENDAR), limit('b', 'hour', 610)], ['b']],
    ['an hour more in a day', [limit('a', 'hour', 10), limit('b', 'day', 249, CALENDAR)], []],
    ['all of them', [limit('a', 'hour', 10), limit('b', 'day', 250, CALENDAR)], ['b']],
    ['amounts of one argument', [limit('a', 'day', 10, AMOUNT), limit('b', 'week', 70, AMOUNT)], ['b']],
    ['an amount beside calls', [limit('a', 'day', 10), limit('b', 'week', 1_000, AMOUNT)], []],
    ['one that applies at times', [limit('a', 'day', 10, WHEN), limit('b', 'day', 20)], []],
    ['behind one that always applies', [limit('a', 'day', 10), limit('b', 'day', 20, WHEN)], ['b']],
    [
      'one that gives way without a store',
      [limit('a', 'day', 10, { on_store_error: 'allow' }), limit('b', 'day', 20)],
      [],
    ],
    [
      'parts of what the other counts together',
      [limit('a', 'day', 10), limit('b', 'day', 10, { scope: ['grant', 'args.to'] })],
      ['b'],
    ],
    [
      'more than the other counts together',
      [limit('a', 'day', 10, { scope: ['grant', 'args.to'] }), limit('b', 'day', 20)],
      [],
    ],
    [
      'calls in flight',
      [
        { counter: 'a', concurrent: 2 },
        { counter: 'b', concurrent: 2 },
      ],
      ['b'],
    ],
    ['calls in flight beside a window', [{ counter: 'a', concurrent: 1 }, limit('b', 'second', 99)], []],
  ])('%s', (_name, limits, expected) => {
    expect(found(limits)).toEqual(expected);
  });

  it('is not one that calls of other tools fill too', () => {
    const limits = [limit('a', 'day', 10), limit('b', 'day', 20)];
    expect(found(limits, { buy: { limits: [limit('b', 'day', 20)] } })).toEqual([]);
    const document = { all_tools: { limits: [limit('b', 'day', 20)] }, tools: { pay: { limits } } };
    expect(checkNeverBinds(parsed({ version: '1', default: 'allow', ...document }))).toEqual([]);
  });
});
