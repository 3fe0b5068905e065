import { describe, expect, it } from 'vitest';
import { parsedEntry, problemsOf, withEntry } from '../../cases/parsing.ts';

const RATE = { counter: 't_rate', window: 'minute', max: 10, scope: 'grant' };

describe('a short form', () => {
  it.each([
    ['a rate as text', { rate_limit: '10/minute' }, RATE],
    ['a rate in seconds', { rate_limit: { max: 10, window: 60 } }, { ...RATE, window: 60 }],
    ['a rate over another stretch', { rate_limit: '3/90s' }, { ...RATE, max: 3, window: '90s' }],
    [
      'a sum',
      { spend_limit: { max: 500.5, window: 'day', from: 'args.amount' } },
      { counter: 't_spend', window: 'day', max: 500.5, scope: 'grant', increment_from: 'args.amount' },
    ],
  ])('of %s is the limit that it stands for', (_name, short, long) => {
    expect(parsedEntry(short)).toEqual(parsedEntry({ limits: [long] }));
  });

  it('stands behind the limits that are written out', () => {
    const { limits } = parsedEntry({
      rate_limit: '1/minute',
      limits: [{ counter: 'c', concurrent: 1 }],
      spend_limit: { max: 1, window: 'day', from: 'args.a' },
    });
    expect(limits.map((limit) => limit.counter)).toEqual(['c', 't_rate', 't_spend']);
  });

  it.each([
    ['delete_*', 'delete_.2a._rate'],
    ['a/b', 'a.2f.b_rate'],
    ['send-mail.now', 'send-mail.now_rate'],
  ])('of the tool %s counts under %s', (tool, counter) => {
    expect(parsedEntry({ rate_limit: '1/minute' }, tool).limits[0]?.counter).toBe(counter);
  });

  it('of a tool whose name is too long for a counter asks for a limit', () => {
    const document = {
      version: '1',
      default: 'deny',
      tools: { ['t'.repeat(124)]: { rate_limit: '1/minute' } },
    };
    expect(problemsOf(document)).toMatchObject([
      { code: 'bad_name', message: expect.stringContaining('under "limits"') },
    ]);
  });
});

describe('a list of rules', () => {
  it.each([
    ['nothing', [], {}],
    ['one that allows', [{ action: 'allow' }], {}],
    [
      'a limit and a check',
      [{ action: 'allow', rate_limit: { max: 10, window: 60 }, validate: { required_args: true } }],
      { validate: { required_args: true }, limits: [{ ...RATE, window: 60 }] },
    ],
    [
      'one that denies',
      [{ action: 'deny', reason: 'Requires human approval' }],
      { action: 'deny', reason: 'Requires human approval' },
    ],
    [
      'several, of which the strongest holds',
      [
        { action: 'allow', reason: 'a' },
        { action: 'deny' },
        { action: 'require_approval', reason: 'b' },
        { action: 'deny', reason: 'c' },
      ],
      { action: 'deny', reason: 'c' },
    ],
    [
      'several checks, which all hold',
      [{ validate: { schema: true } }, { validate: { unknown_args: 'deny' } }],
      { validate: { schema: true, unknown_args: 'deny' } },
    ],
    [
      'two rates in one counter',
      [{ rate_limit: '1/minute' }, { rate_limit: '2/minute' }],
      {
        limits: [
          { ...RATE, max: 1 },
          { ...RATE, max: 2 },
        ],
      },
    ],
  ])('of %s is an ordinary entry', (_name, rules, entry) => {
    expect(parsedEntry({ rules })).toEqual(parsedEntry(entry));
  });

  it('with two rates over different windows asks for counters of their own', () => {
    expect(
      problemsOf(withEntry({ rules: [{ rate_limit: '1/minute' }, { rate_limit: '9/hour' }] })),
    ).toMatchObject([{ code: 'duplicate_counter_disagrees', pointer: '/tools/t/rules/1/rate_limit' }]);
  });
});

describe('a window', () => {
  const windowOf = (window: string | number) => {
    const [limit] = parsedEntry({ limits: [{ counter: 'c', max: 1, window }] }).limits;
    return limit?.kind === 'window' ? limit.window : undefined;
  };
  const DAY = 86_400_000;

  it.each([
    ['second', { text: 'second', ms: 1000, unit: 'second' }],
    ['hour', { text: 'hour', ms: 3_600_000, unit: 'hour' }],
    ['day', { text: 'day', ms: DAY, unit: 'day' }],
    ['week', { text: 'week', ms: 7 * DAY, unit: 'week' }],
    ['month', { text: 'month', ms: 31 * DAY, unit: 'month' }],
    [60, { text: '60', ms: 60_000 }],
    ['90s', { text: '90s', ms: 90_000 }],
    ['15m', { text: '15m', ms: 900_000 }],
    ['6h', { text: '6h', ms: 21_600_000 }],
    ['366d', { text: '366d', ms: 366 * DAY }],
  ])('%s has its length', (written, window) => {
    expect(windowOf(written)).toEqual(window);
  });

  it('of a limit is scoped to the grant unless it says otherwise, in one order whatever was written', () => {
    const scopeOf = (scope?: string[]) =>
      parsedEntry({
        limits: [{ counter: 'c', concurrent: 1, ...(scope && { scope }) }],
      }).limits[0]?.scope.map((part) => (typeof part === 'string' ? part : part.text));
    expect(scopeOf()).toEqual(['grant']);
    expect(scopeOf(['args.b', 'args["a"]', 'organization', 'grant'])).toEqual([
      'grant',
      'organization',
      'args.a',
      'args.b',
    ]);
  });
});

describe('an entry', () => {
  it('has no empty texts and no checks that ask for nothing', () => {
    const entry = parsedEntry({
      reason: '',
      validate: { schema: false, unknown_args: 'allow' },
      deny_if: [{ conditions: [], on_deny: '' }],
    });
    expect(entry).not.toHaveProperty('reason');
    expect(entry).not.toHaveProperty('validate');
    expect(entry.denyIf).toEqual([{ id: '/tools/t/deny_if/0', conditions: [] }]);
  });
});
