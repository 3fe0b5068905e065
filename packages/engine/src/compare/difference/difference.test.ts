import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsed } from '../../../cases/parsing.ts';
import { arbitraryPolicy } from '../../../test/arbitrary-policy.ts';
import { seeded, times } from '../../../test/runs.ts';
import type { Json, JsonObject } from '../../json/json.ts';
import { printPolicy } from '../../print/index.ts';
import { policyDifference } from '../index.ts';

const when = (path: string, value: Json, more: JsonObject = {}) => ({
  conditions: [{ path, op: 'eq', value }],
  ...more,
});
const document = (entry: Json, rest: JsonObject = {}) =>
  parsed({ version: '1', default: 'deny', tools: { t: entry }, ...rest });
const between = (before: Json, after: Json) => policyDifference(document(before), document(after));

describe('the difference of two policies', () => {
  it('is in the order of the document, from the top to prompts', () => {
    const before = parsed({
      version: '1',
      description: 'one',
      default: 'deny',
      hide: ['x', 'y'],
      all_tools: { limits: [{ counter: 'c', window: 'day', max: 1 }] },
      tools: { b: {}, 'a/~': {} },
      resources: { allow: ['docs://*'] },
    });
    const after = parsed({
      version: '1',
      default: 'allow',
      time_zone: 'Europe/Berlin',
      hide: ['y', 'z'],
      tools: { b: { action: 'deny', reason: 'no' }, c: {} },
      prompts: { deny: ['*'] },
    });
    expect(policyDifference(before, after)).toEqual([
      { kind: 'removed', pointer: '/description', before: 'one' },
      { kind: 'added', pointer: '/time_zone', after: 'Europe/Berlin' },
      { kind: 'changed', pointer: '/default', before: 'deny', after: 'allow' },
      { kind: 'removed', pointer: '/hide', before: 'x' },
      { kind: 'added', pointer: '/hide', after: 'z' },
      {
        kind: 'removed',
        pointer: '/all_tools/limits/c',
        before: { counter: 'c', window: 'day', max: 1, scope: 'grant' },
      },
      { kind: 'removed', pointer: '/tools/a~1~0', before: {} },
      { kind: 'changed', pointer: '/tools/b/action', before: 'allow', after: 'deny' },
      { kind: 'added', pointer: '/tools/b/reason', after: 'no' },
      { kind: 'added', pointer: '/tools/c', after: {} },
      { kind: 'removed', pointer: '/resources/allow', before: 'docs://*' },
      { kind: 'added', pointer: '/prompts/deny', after: '*' },
    ]);
  });

  it('knows a rule by its text, then by its name', () => {
    const [a, b] = [when('args.a', 1), when('args.b', 1)];
    expect(between({ deny_if: [a, b] }, { deny_if: [b, when('args.a', 2)] })).toEqual([
      { kind: 'changed', pointer: '/tools/t/deny_if/args.a-eq', before: a, after: when('args.a', 2) },
    ]);
    expect(between({ require: [a] }, { deny_if: [a] })).toMatchObject([
      { kind: 'added', pointer: '/tools/t/deny_if/args.a-eq' },
      { kind: 'removed', pointer: '/tools/t/require/args.a-eq' },
    ]);
  });

  it('tells of the fewest rules that moved, and of no moved limits', () => {
    const rules = [1, 2, 3, 4].map((value) => when('args.a', value, { name: `r${value}` }));
    const [one = null, two = null, three = null, four = null]: readonly Json[] = rules;
    expect(between({ deny_if: [one, two, three, four] }, { deny_if: [four, one, two, three] })).toEqual([
      { kind: 'moved', pointer: '/tools/t/deny_if/r4', before: four, after: four },
    ]);
    const limits = ['c', 'd'].map((counter) => ({ counter, window: 'day', max: 1 }));
    expect(between({ limits }, { limits: limits.toReversed() })).toEqual([]);
  });

  it('goes into validation and approval, and takes other spellings for the same', () => {
    const before = {
      validate: { schema: true },
      approval: { timeout: '10m', approvers: ['admin'] },
      rate_limit: '5/minute',
    };
    const after = {
      validate: { schema: true, required_args: true },
      approval: { timeout: '20m' },
      limits: [{ counter: 't_rate', window: 'minute', max: 5, scope: ['grant'] }],
    };
    expect(between(before, after)).toEqual([
      { kind: 'added', pointer: '/tools/t/validate/required_args', after: true },
      { kind: 'changed', pointer: '/tools/t/approval/timeout', before: '10m', after: '20m' },
      { kind: 'removed', pointer: '/tools/t/approval/approvers', before: ['admin'] },
    ]);
  });

  it('is empty where the canonical text is the same, up to the order of what has none, and otherwise not', () => {
    fc.assert(
      fc.property(arbitraryPolicy, arbitraryPolicy, (one, other) => {
        const [before, after] = [parsed(one), parsed(other)];
        expect(policyDifference(before, parsed(JSON.parse(printPolicy(before))))).toEqual([]);
        const changes = policyDifference(before, after);
        if (changes.length === 0) expect(sorted(printPolicy(after))).toBe(sorted(printPolicy(before)));
        const back = policyDifference(after, before);
        const count = (list: typeof changes, kind: string) =>
          list.filter((change) => change.kind === kind).length;
        expect([count(back, 'added'), count(back, 'removed')]).toEqual([
          count(changes, 'removed'),
          count(changes, 'added'),
        ]);
      }),
      seeded(times(150)),
    );
  });
});

const sorted = (text: string): string => [...text].toSorted().join('');
