import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../../cases/parsing.ts';

const LIMIT = { counter: 'c', window: 'minute', max: 1, scope: 'grant' };

function sharing(one: object, other: object) {
  return problemsOf({
    version: '1',
    default: 'deny',
    all_tools: { limits: [{ ...LIMIT, ...one }] },
    tools: { t: { limits: [{ ...LIMIT, ...other }] } },
  });
}

describe('limits that share a counter', () => {
  it.each([
    ['nothing', {}, {}],
    [
      'max, when and on_deny',
      { max: 5 },
      { on_deny: 'x', when: [{ path: 'args.a', op: 'exists', value: true }] },
    ],
    ['the spelling of a window', { window: 60 }, { window: '1m' }],
    ['the order of a scope', { scope: ['grant', 'args.a'] }, { scope: ['args["a"]', 'grant'] }],
    ['a default that one writes out', { reset: 'rolling', increment: 1, on_store_error: 'deny' }, {}],
    ['the counter', { counter: 'd', window: 'hour' }, {}],
  ])('may differ in %s', (_what, one, other) => {
    expect(sharing(one, other)).toEqual([]);
  });

  it.each([
    ['window', { window: 'hour' }],
    ['scope', { scope: 'organization' }],
    ['reset', { reset: 'calendar' }],
    ['increment', { increment: 2 }],
    ['increment', { increment_from: 'args.a' }],
    ['on_store_error', { on_store_error: 'allow' }],
  ])('must agree on %s', (key, other) => {
    expect(sharing({}, other)).toMatchObject([
      {
        code: 'duplicate_counter_disagrees',
        pointer: '/tools/t/limits/0',
        message: expect.stringContaining(`"${key}" differs`),
      },
    ]);
  });

  it('count either in windows or in flight', () => {
    const limits = [LIMIT, { counter: 'c', concurrent: 1 }];
    expect(problemsOf({ version: '1', default: 'deny', all_tools: { limits } })).toMatchObject([
      {
        code: 'duplicate_counter_disagrees',
        pointer: '/all_tools/limits/1',
        message: expect.stringContaining('/all_tools/limits/c'),
      },
    ]);
  });

  it('are shown where they are written, also in a short form', () => {
    const tools = { t: { limits: [{ ...LIMIT, counter: 't_rate' }], rate_limit: '5/hour' } };
    expect(problemsOf({ version: '1', default: 'deny', tools })).toMatchObject([
      { pointer: '/tools/t/rate_limit' },
    ]);
  });
});
