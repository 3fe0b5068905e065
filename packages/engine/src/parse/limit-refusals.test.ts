import { describe, expect, it } from 'vitest';
import { problemsOf, type Refusal, refusal, withEntry } from '../../cases/parsing.ts';

const limit = (rest: object) => withEntry({ limits: [{ counter: 'c', window: 'minute', max: 1, ...rest }] });
const top = (rest: object) => ({ version: '1', default: 'deny', ...rest });

const ROWS: readonly Refusal[] = [
  [
    'a limit without a counter',
    withEntry({ limits: [{ window: 'minute', max: 1 }] }),
    'missing_key',
    '/tools/t/limits/0',
    /"counter"/,
  ],
  [
    'a counter with odd characters',
    limit({ counter: 'a/b' }),
    'bad_name',
    '/tools/t/limits/0/counter',
    /letters/,
  ],
  [
    'a misspelt window',
    limit({ window: 'minutes' }),
    'bad_window',
    '/tools/t/limits/0/window',
    /did you mean "minute"/,
  ],
  ['seconds in quotes', limit({ window: '60' }), 'bad_window', '/tools/t/limits/0/window', /without quotes/],
  ['half a second', limit({ window: 0.5 }), 'bad_window', '/tools/t/limits/0/window', /number of seconds/],
  ['a window of no length', limit({ window: '0s' }), 'bad_window', '/tools/t/limits/0/window', /above zero/],
  ['a negative window', limit({ window: -60 }), 'bad_window', '/tools/t/limits/0/window', /above zero/],
  [
    'calendar without a name',
    limit({ window: '60s', reset: 'calendar' }),
    'calendar_window',
    '/tools/t/limits/0/reset',
    /named window/,
  ],
  ['max with decimals', limit({ max: 1.5 }), 'bad_amount', '/tools/t/limits/0/max', /"increment_from" alone/],
  ['max below zero', limit({ max: -1 }), 'bad_amount', '/tools/t/limits/0/max', /from 0/],
  [
    'max beyond millionths',
    limit({ max: 9_007_199_255 }),
    'bad_amount',
    '/tools/t/limits/0/max',
    /to 9007199254/,
  ],
  [
    'max with seven decimals',
    limit({ max: 0.0000001, increment_from: 'args.a' }),
    'bad_amount',
    '/tools/t/limits/0/max',
    /six decimals/,
  ],
  ['an increment of zero', limit({ increment: 0 }), 'bad_amount', '/tools/t/limits/0/increment', /from 1/],
  [
    'two increments',
    limit({ increment: 2, increment_from: 'args.a' }),
    'contradiction',
    '/tools/t/limits/0/increment_from',
    /keep one/,
  ],
  [
    'a sum of every element',
    limit({ increment_from: 'args.a[*]' }),
    'bad_path',
    '/tools/t/limits/0/increment_from',
    /one argument/,
  ],
  [
    'a sum of no argument',
    limit({ increment_from: 'time.hour' }),
    'bad_path',
    '/tools/t/limits/0/increment_from',
    /starts with args/,
  ],
  [
    'a scope with a slip',
    limit({ scope: 'grants' }),
    'bad_value',
    '/tools/t/limits/0/scope',
    /did you mean "grant"/,
  ],
  [
    'a scope of every element',
    limit({ scope: ['grant', 'args.a[*]'] }),
    'bad_path',
    '/tools/t/limits/0/scope/1',
    /one argument/,
  ],
  ['no scope', limit({ scope: [] }), 'bad_value', '/tools/t/limits/0/scope', /at least one scope/],
  [
    'one scope twice',
    limit({ scope: ['args.a', 'args["a"]'] }),
    'bad_value',
    '/tools/t/limits/0/scope',
    /found one twice/,
  ],
  ...['window', 'max', 'reset', 'increment', 'increment_from'].map(
    (key): Refusal => [
      `concurrent with ${key}`,
      withEntry({ limits: [{ counter: 'c', concurrent: 1, [key]: 1 }] }),
      'contradiction',
      `/tools/t/limits/0/${key}`,
      /write two limits/,
    ],
  ),
  [
    'nothing in flight',
    withEntry({ limits: [{ counter: 'c', concurrent: 0 }] }),
    'bad_value',
    '/tools/t/limits/0/concurrent',
    /at least 1/,
  ],
  [
    'a rate in words',
    withEntry({ rate_limit: '10 per minute' }),
    'bad_value',
    '/tools/t/rate_limit',
    /"10\/minute"/,
  ],
  [
    'a rate with a misspelt window',
    withEntry({ rate_limit: '10/min' }),
    'bad_window',
    '/tools/t/rate_limit',
    /for the window/,
  ],
  [
    'a rate without a window',
    withEntry({ rate_limit: { max: 1 } }),
    'missing_key',
    '/tools/t/rate_limit',
    /"window"/,
  ],
  [
    'a spend limit without from',
    withEntry({ spend_limit: { max: 1, window: 'day' } }),
    'missing_key',
    '/tools/t/spend_limit',
    /"from"/,
  ],
  [
    'a timeout that is too short',
    withEntry({ approval: { timeout: '9s' } }),
    'approval_bounds',
    '/tools/t/approval/timeout',
    /10 seconds to 7 days/,
  ],
  [
    'a timeout that is too long',
    withEntry({ approval: { timeout: 604_801 } }),
    'approval_bounds',
    '/tools/t/approval/timeout',
    /10 seconds to 7 days/,
  ],
  [
    'no approval needed',
    withEntry({ approval: { required: 0 } }),
    'approval_bounds',
    '/tools/t/approval/required',
    /1 to 5/,
  ],
  [
    'more approvals than people',
    withEntry({ approval: { required: 2, approvers: ['a@b.c'] } }),
    'approval_bounds',
    '/tools/t/approval/required',
    /nobody could ever approve/,
  ],
  [
    'an approver of no kind',
    withEntry({ approval: { approvers: ['boss'] } }),
    'bad_value',
    '/tools/t/approval/approvers/0',
    /e-mail address/,
  ],
  [
    'validate that is true',
    withEntry({ validate: true }),
    'not_an_object',
    '/tools/t/validate',
    /found true/,
  ],
  [
    'a schema that is a text',
    withEntry({ validate: { schema: 'yes' } }),
    'bad_type',
    '/tools/t/validate/schema',
    /true or false/,
  ],
  [
    'an access list with another key',
    top({ resources: { permit: [] } }),
    'unknown_key',
    '/resources/permit',
    /allow, deny/,
  ],
];

describe('a length of time in words of people', () => {
  const hintOf = (entry: object): string | undefined =>
    /did you mean "(.*?)"/.exec(problemsOf(withEntry(entry))[0]?.message ?? '')?.[1];
  it.each([
    ['10 minutes', '10m', '10m'],
    ['2 weeks', '14d', '14d'],
    ['1 hours', 'hour', '1h'],
    ['Hour', 'hour', '1h'],
    ['2 months', undefined, undefined],
  ])('as %s is shown as it is written', (text, ofWindow, ofTimeout) => {
    expect(hintOf({ limits: [{ counter: 'c', window: text, max: 1 }] })).toBe(ofWindow);
    expect(hintOf({ approval: { timeout: text } })).toBe(ofTimeout);
  });
});

describe('what cannot be read is not held against what can', () => {
  it.each([
    [
      'the people among approvers',
      { approval: { required: 2, approvers: ['a@b.c', 'boss'] } },
      'approvers/1',
    ],
    ['the people in no list', { approval: { required: 1, approvers: 'a@b.c' } }, 'approvers'],
  ])('%s', (_what, entry, where) => {
    expect(problemsOf(withEntry(entry))).toMatchObject([{ pointer: `/tools/t/approval/${where}` }]);
  });

  it('the scope of a counter that another limit has as well', () => {
    const one = { counter: 'c', window: 'minute', max: 1 };
    const limits = [{ ...one, scope: ['grant', 'user'] }, one];
    expect(problemsOf(withEntry({ limits }))).toMatchObject([{ pointer: '/tools/t/limits/0/scope/1' }]);
  });
});

describe('a limit or another part of an entry is refused for', () => {
  it.each(ROWS)('%s', (...row) => {
    refusal(row);
  });
});
