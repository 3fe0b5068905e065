import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { problemsOf, withCondition, withEntry } from '../../cases/parsing.ts';
import type { ProblemCode } from '../problem.ts';
import * as bounds from './bounds.ts';
import { parsePolicy, parsePolicyTree } from './index.ts';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const leaf = { path: 'args.a', op: 'exists', value: true };
const rule = { conditions: [] };
const nested = (depth: number): object => (depth === 0 ? leaf : { not: nested(depth - 1) });
const limits = (count: number) =>
  times(count, (index) => ({ counter: `c${index}`, window: 'minute', max: 1 }));
const deep = (depth: number): unknown => (depth === 0 ? 1 : [deep(depth - 1)]);
/** The lists and objects around an operand of the first condition of the first rule of a tool. */
const AROUND_OPERAND = 8;

type Row = readonly [name: string, make: (size: number) => unknown, bound: number, code: ProblemCode];

const ROWS: readonly Row[] = [
  [
    'tools',
    (size) => ({
      version: '1',
      default: 'deny',
      tools: Object.fromEntries(times(size, (index) => [`t${index}`, {}])),
    }),
    bounds.TOOLS,
    'too_many',
  ],
  [
    'hidden names',
    (size) => ({ version: '1', default: 'deny', hide: times(size, (index) => `t${index}`) }),
    bounds.TOOLS,
    'too_many',
  ],
  [
    'rules of one list',
    (size) => withEntry({ deny_if: times(size, () => rule) }),
    bounds.RULES_PER_ENTRY,
    'too_many',
  ],
  [
    'rules of one entry',
    (size) => withEntry({ deny_if: times(size - 1, () => rule), require: [rule] }),
    bounds.RULES_PER_ENTRY,
    'too_many',
  ],
  [
    'listed rules',
    (size) => withEntry({ rules: times(size, () => ({})) }),
    bounds.RULES_PER_ENTRY,
    'too_many',
  ],
  [
    'conditions of one rule',
    (size) => withEntry({ require: [{ conditions: times(size, () => leaf) }] }),
    bounds.CONDITIONS_PER_RULE,
    'too_many',
  ],
  [
    'nested conditions of one rule',
    (size) => withCondition({ all: [{ any: times(size - 1, () => leaf) }, leaf] }),
    bounds.CONDITIONS_PER_RULE,
    'too_many',
  ],
  [
    'conditions of one limit',
    (size) => withEntry({ limits: [{ counter: 'c', concurrent: 1, when: times(size, () => leaf) }] }),
    bounds.CONDITIONS_PER_RULE,
    'too_many',
  ],
  ['nesting', (size) => withCondition(nested(size)), bounds.NESTING, 'too_deep'],
  [
    'values of a list',
    (size) => withCondition({ path: 'args.a', op: 'in', value: times(size, (index) => index) }),
    bounds.LIST_ITEMS,
    'too_many',
  ],
  [
    'hosts of a list',
    (size) => withCondition({ path: 'args.a', op: 'host_in', value: times(size, (index) => `h${index}`) }),
    bounds.LIST_ITEMS,
    'too_many',
  ],
  [
    'characters of a regular expression',
    (size) => withCondition({ path: 'args.a', op: 'regex', value: 'a'.repeat(size) }),
    bounds.PATTERN_LENGTH,
    'bad_pattern',
  ],
  [
    'characters of a glob',
    (size) => withCondition({ path: 'args.a', op: 'glob', value: 'a'.repeat(size) }),
    bounds.PATTERN_LENGTH,
    'bad_pattern',
  ],
  [
    "characters of a tool's name",
    (size) => ({ version: '1', default: 'deny', tools: { ['a'.repeat(size)]: {} } }),
    bounds.PATTERN_LENGTH,
    'bad_name',
  ],
  [
    'segments of a path',
    (size) => withCondition({ ...leaf, path: `args${'.a'.repeat(size)}` }),
    bounds.PATH_SEGMENTS,
    'bad_path',
  ],
  ['limits of one list', (size) => withEntry({ limits: limits(size) }), bounds.LIMITS_PER_ENTRY, 'too_many'],
  [
    'limits of one entry, short forms included',
    (size) => withEntry({ limits: limits(size - 1), rate_limit: '1/minute' }),
    bounds.LIMITS_PER_ENTRY,
    'too_many',
  ],
  [
    "characters of a counter's name",
    (size) => withEntry({ limits: [{ counter: 'a'.repeat(size), concurrent: 1 }] }),
    bounds.COUNTER_LENGTH,
    'bad_name',
  ],
  [
    'seconds of a window',
    (size) => withEntry({ limits: [{ counter: 'c', max: 1, window: size }] }),
    bounds.DURATION_MAX_MS / 1000,
    'bad_window',
  ],
  [
    'seconds of a timeout',
    (size) => withEntry({ action: 'require_approval', approval: { timeout: size } }),
    bounds.APPROVAL_TIMEOUT_MAX_MS / 1000,
    'approval_bounds',
  ],
  [
    'approvals of one call',
    (size) => withEntry({ action: 'require_approval', approval: { required: size } }),
    bounds.APPROVERS_REQUIRED_MAX,
    'approval_bounds',
  ],
  [
    'nested lists and objects',
    (size) => withCondition({ path: 'args.a', op: 'eq', value: deep(size - AROUND_OPERAND + 1) }),
    bounds.DOCUMENT_DEPTH,
    'too_deep',
  ],
];

describe('the bound on', () => {
  it.each(ROWS)('%s holds exactly', (_name, make, bound, code) => {
    expect(problemsOf(make(bound))).toEqual([]);
    expect(problemsOf(make(bound + 1)).map((problem) => problem.code)).toContain(code);
  });

  it.each(ROWS)('%s holds for a text as well', (_name, make, bound) => {
    expect(parsePolicy(JSON.stringify(make(bound)), testFunctions).ok).toBe(true);
    expect(parsePolicy(JSON.stringify(make(bound + 1)), testFunctions).ok).toBe(false);
  });

  it('the bytes of a document holds exactly', () => {
    const text = (bytes: number) => '{"version":"1","default":"deny"}'.padEnd(bytes, ' ');
    expect(parsePolicy(text(bounds.DOCUMENT_BYTES), testFunctions).ok).toBe(true);
    expect(parsePolicy(text(bounds.DOCUMENT_BYTES + 1), testFunctions)).toMatchObject({
      problems: [{ code: 'too_large' }],
    });
  });

  it('the steps of all different regular expressions holds exactly, and compiles no more of them', () => {
    const half = bounds.PATTERN_STEPS / 2;
    const compiled: string[] = [];
    const regex = (pattern: string) => {
      compiled.push(pattern);
      return { ok: true, test: () => true, steps: half } as const;
    };
    const matching = (value: string) => ({ path: 'args.a', op: 'regex', value });
    const problems = (...patterns: readonly string[]) => {
      const parsed = parsePolicyTree(withEntry({ require: [{ conditions: patterns.map(matching) }] }), {
        regex,
      });
      return parsed.ok ? [] : parsed.problems.map(({ code }) => code);
    };
    expect(problems('a', 'b', 'a', 'b')).toEqual([]);
    expect(compiled).toEqual(['a', 'b']);
    expect(problems('a', 'b', 'c', 'd', 'a')).toEqual(['too_many', 'too_many']);
    expect(compiled).toEqual(['a', 'b', 'a', 'b', 'c']);
  });

  it('the items of a tree stops a list that repeats itself without end', () => {
    let bomb: unknown = ['lol'];
    for (let level = 0; level < 30; level += 1) bomb = [bomb, bomb, bomb];
    expect(problemsOf({ version: '1', default: 'deny', hide: bomb })).toMatchObject([{ code: 'too_large' }]);
  });

  it('the shortest timeout holds exactly', () => {
    expect(problemsOf(withEntry({ action: 'require_approval', approval: { timeout: '10s' } }))).toEqual([]);
    expect(problemsOf(withEntry({ action: 'require_approval', approval: { timeout: '9s' } }))).toMatchObject([
      { code: 'approval_bounds' },
    ]);
  });
});
