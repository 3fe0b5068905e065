import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { parsePolicy, parsePolicyTree } from './index.ts';

const parse = (text: string) => parsePolicy(text, testFunctions);

describe('a policy document', () => {
  it('is read as the reference policy says', () => {
    const result = parse(
      '{"version":"1","default":"deny","tools":{"comfy_cancel_generation":{"limits":[{"counter":"comfy_cancel_generation_rate","window":"minute","max":10,"scope":"grant"}]}}}',
    );
    expect(result).toEqual({
      ok: true,
      warnings: [],
      policy: {
        version: '1',
        default: 'deny',
        timeZone: 'UTC',
        hide: [],
        allTools: { denyIf: [], require: [], requireApprovalIf: [], limits: [] },
        tools: new Map([
          [
            'comfy_cancel_generation',
            {
              action: 'allow',
              denyIf: [],
              require: [],
              requireApprovalIf: [],
              limits: [
                {
                  id: '/tools/comfy_cancel_generation/limits/comfy_cancel_generation_rate',
                  kind: 'window',
                  counter: 'comfy_cancel_generation_rate',
                  window: { text: 'minute', ms: 60_000, unit: 'minute' },
                  max: 10_000_000,
                  scope: ['grant'],
                  reset: 'rolling',
                  increment: { kind: 'fixed', amount: 1_000_000 },
                  when: [],
                  onStoreError: 'deny',
                },
              ],
            },
          ],
        ]),
      },
    });
  });

  it('is told its faults in their order, with line and column of the key or the value', () => {
    const result = parse(
      '{\n  "version": "1",\n  "defualt": "deny",\n  "tools": {\n    "a": { "deny_fi": [], "limits": 3 },\n    "b": {"rate_limit": "x/y"}\n  }\n}',
    );
    expect(
      result.ok ? [] : result.problems.map((one) => [one.line, one.column, one.code, one.pointer]),
    ).toEqual([
      [1, 1, 'missing_key', ''],
      [3, 3, 'unknown_key', '/defualt'],
      [5, 12, 'unknown_key', '/tools/a/deny_fi'],
      [5, 37, 'bad_type', '/tools/a/limits'],
      [6, 25, 'bad_value', '/tools/b/rate_limit'],
    ]);
  });

  it('that is no JSON has one fault, with its place', () => {
    expect(parse('{\n  "version": "1",\n}')).toMatchObject({
      ok: false,
      problems: [{ code: 'syntax', line: 2, column: 17 }],
    });
    expect(parse('{"version":"1","version":"1"}')).toMatchObject({
      problems: [{ code: 'duplicate_key', column: 16 }],
    });
  });

  it('may name a tool like something that every object inherits, but not __proto__', () => {
    const named = (tool: string) =>
      parse(`{"version":"1","default":"deny","tools":{${JSON.stringify(tool)}:{"action":"deny"}}}`);
    for (const tool of ['constructor', 'toString', 'hasOwnProperty', 'prototype']) {
      const result = named(tool);
      expect(result.ok && [...result.policy.tools.keys()]).toEqual([tool]);
    }
    expect(named('__proto__')).toMatchObject({
      ok: false,
      problems: [{ code: 'forbidden_key', line: 1, column: 42 }],
    });
    const tree = { version: '1', default: 'deny', tools: Object.fromEntries([['__proto__', {}]]) };
    expect(parsePolicyTree(tree, testFunctions)).toMatchObject({
      problems: [{ code: 'forbidden_key', pointer: '/tools/__proto__' }],
    });
  });

  it('has no keys that it only inherits', () => {
    const tree: unknown = Object.create({ version: '1', default: 'allow' });
    expect(parsePolicyTree(tree, testFunctions).ok).toBe(false);
    expect(parse('{}')).toMatchObject({ problems: [{ code: 'missing_key' }, { code: 'missing_key' }] });
  });

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a bigint', 1n],
    ['not a number', { version: '1', default: Number.NaN }],
    ['an unsafe integer', { version: '1', default: 2 ** 53 }],
    ['half a surrogate pair', { version: '1', default: 'deny', description: '\ud800' }],
    ['a hole', { version: '1', default: 'deny', hide: new Array(1) }],
    [
      'a key that cannot be read',
      {
        get version() {
          throw new Error('no');
        },
      },
    ],
  ])('as a tree may not hold %s', (_name, tree) => {
    expect(parsePolicyTree(tree, testFunctions)).toMatchObject({
      ok: false,
      problems: [{ code: 'bad_type' }],
    });
  });

  it('as a tree that contains itself is refused', () => {
    const tree: Record<string, unknown> = { version: '1' };
    tree['tools'] = tree;
    const result = parsePolicyTree(tree, testFunctions);
    expect(result).toMatchObject({ ok: false, problems: [{ code: 'too_deep' }] });
  });

  it('never makes the parser throw, and is a policy or a list of problems', () => {
    const key = fc.constantFrom(
      'version',
      'default',
      'tools',
      'hide',
      'all_tools',
      'deny_if',
      'require',
      'limits',
      'conditions',
      'path',
      'op',
      'value',
      'any',
      'not',
      'counter',
      'window',
      'max',
      'scope',
      'approval',
      'rules',
      'rate_limit',
      '__proto__',
      'constructor',
      't*',
      '*t',
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom<unknown>(
          '1',
          'deny',
          'args.a',
          'eq',
          'minute',
          'grant',
          0,
          1,
          -1,
          1.5,
          true,
          null,
          '',
          '*',
          Number.NaN,
          undefined,
        ),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.array(fc.tuple(key, tie('tree')), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
      ),
    }));
    const document = fc.oneof(
      tree,
      tree.map((tools) => ({ version: '1', default: 'deny', tools })),
      tree.map((entry) => ({ version: '1', default: 'deny', tools: { t: entry } })),
    );
    fc.assert(
      fc.property(document, (value) => {
        for (const result of [parsePolicyTree(value, testFunctions), parse(JSON.stringify(value) ?? '')]) {
          if (result.ok) expect(result.policy.version).toBe('1');
          else expect(result.problems.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
