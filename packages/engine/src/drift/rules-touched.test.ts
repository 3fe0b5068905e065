import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import type { JsonObject } from '../json/json.ts';
import { parsePolicyTree } from '../parse/index.ts';
import { differenceOf } from './difference.ts';
import { rulesTouched } from './rules-touched.ts';

const looksAt = (path: string, op = 'eq', value: unknown = 'x') => ({ conditions: [{ path, op, value }] });

function policyOf(document: object) {
  // A cast: tests write documents as literals, which are JSON.
  const read = parsePolicyTree({ version: '1', default: 'deny', ...document } as JsonObject, testFunctions);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.policy;
}

const WRITE = { class: 'Write', severity: 'Medium' };
const EXECUTE = { class: 'Execute', severity: 'High' };

const definition = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  name: 'send',
  inputSchema: { type: 'object', properties, ...more },
});

/** Ids of what is touched when a tool named `send` changes from one definition to another. */
function touched(document: object, [before, after]: [JsonObject, JsonObject], words = [WRITE, WRITE]) {
  const [was = WRITE, is = WRITE] = words;
  const difference = differenceOf(before, after);
  return rulesTouched(policyOf(document), { name: 'send', before: was, after: is, difference });
}

const tools = (entry: object): object => ({ tools: { send: entry } });
const rule = (path: string): string => `/tools/send/deny_if/${path}-eq`;

describe('the rules that a change touches', () => {
  const to = { type: 'string' };
  const nested = { type: 'array', items: { type: 'object', properties: { a: to, b: to } } };
  const before = definition({ to, text: to, list: nested }, { required: ['to'] });
  const paths = ['args.to', 'args.text', 'args["list"][*].a', 'args["list"][*].b', 'args.list'];
  const document = tools({ deny_if: paths.map((path) => looksAt(path)) });
  const ids = (after: JsonObject) =>
    touched(document, [before, after])
      .map((one) => one.rule)
      .filter((one) => one !== '/tools/send');

  it.each<[string, JsonObject, string[]]>([
    ['nothing', before, []],
    ['the description of the tool', { ...before, description: 'other' }, []],
    [
      'one argument',
      definition({ to: { type: 'number' }, text: to, list: nested }, { required: ['to'] }),
      [rule('args.to')],
    ],
    [
      'what is required',
      definition({ to, text: to, list: nested }, { required: ['text'] }),
      [rule('args.to'), rule('args.text')],
    ],
    [
      'an inner argument',
      definition(
        { to, text: to, list: { ...nested, items: { type: 'object', properties: { a: to, b: {} } } } },
        { required: ['to'] },
      ),
      [rule('args.list[*].b'), rule('args.list')],
    ],
    [
      'a keyword that cannot be followed',
      definition(
        { to, text: to, list: nested },
        {
          required: ['to'],
          additionalProperties: false,
        },
      ),
      paths.map((path) => rule(path.replace('["list"]', '.list'))),
    ],
    ['the whole schema', { name: 'send' }, paths.map((path) => rule(path.replace('["list"]', '.list')))],
  ])('when %s changes are those that look at it', (_, after, expected) => {
    expect(ids(after)).toEqual(expected);
  });

  it('are those of all tools, of limits and of nested conditions too', () => {
    const policy = {
      all_tools: { require: [{ conditions: [{ not: { any: [{ path: 'args.to', op: 'eq', value: 1 }] } }] }] },
      tools: {
        'se*': {
          limits: [
            { counter: 'sum', window: 'day', max: 5, scope: 'args.to', increment_from: 'args.text' },
            {
              counter: 'same',
              window: 'day',
              max: 5,
              scope: 'grant',
              when: [{ path: 'args.to', op: 'eq', value: 1 }],
            },
          ],
        },
      },
    };
    const after = definition({ to: {}, text: to, list: nested }, { required: ['to'] });
    expect(touched(policy, [before, after])).toEqual([
      { rule: '/tools/se*', why: 'allows its calls by a pattern' },
      { rule: '/all_tools/require/0', why: 'looks at args.to, whose schema changed' },
      { rule: '/tools/se*/limits/sum', why: 'looks at args.to, whose schema changed' },
      { rule: '/tools/se*/limits/same', why: 'looks at args.to, whose schema changed' },
    ]);
  });

  it('are those of a changed annotation and of the class', () => {
    const policy = tools({
      require: [looksAt('tool.annotations.readOnlyHint', 'eq', true), looksAt('tool.annotations.other')],
      deny_if: [looksAt('tool.class', 'eq', 'Execute'), looksAt('tool.name')],
      require_approval_if: [looksAt('tool.severity', 'eq', 'High')],
    });
    const hinted = (readOnlyHint: boolean) => ({ name: 'send', annotations: { readOnlyHint } });
    expect(touched(policy, [hinted(true), hinted(false)], [WRITE, EXECUTE]).slice(1)).toEqual([
      { rule: rule('tool.class'), why: 'looks at tool.class, which was Write and is Execute' },
      {
        rule: '/tools/send/require/tool.annotations.readOnlyHint-eq',
        why: 'looks at tool.annotations.readOnlyHint, which changed',
      },
      {
        rule: '/tools/send/require_approval_if/tool.severity-eq',
        why: 'looks at tool.severity, which was Medium and is High',
      },
    ]);
  });

  it('name a new argument that no rule looks at, and the check of arguments', () => {
    const after = definition({ to, text: to, list: nested, bcc: to }, { required: ['to'] });
    expect(touched(tools({ validate: { schema: true } }), [before, after])).toEqual([
      { rule: '/tools/send', why: 'allows its calls' },
      { rule: '/tools/send', why: 'lets the new argument "bcc" through without looking at it' },
      { rule: '/tools/send/validate', why: 'checks arguments against another input schema' },
    ]);
    expect(touched(tools({ deny_if: [looksAt('args.bcc')] }), [before, after])).toEqual([
      { rule: '/tools/send', why: 'allows its calls' },
      { rule: rule('args.bcc'), why: 'looks at args.bcc, whose schema changed' },
    ]);
  });

  it.each([
    [{ hide: ['s*'] }, '/hide'],
    [{}, '(default deny)'],
    [{ default: 'allow' }, '(default allow)'],
    [tools({ action: 'deny' }), '/tools/send'],
  ])('begin with what %j says of the tool', (policy, expected) => {
    expect(touched(policy, [before, { ...before, title: 'x' }]).map((one) => one.rule)).toEqual([expected]);
  });

  it('are all that apply when the tool is new', () => {
    const policy = policyOf(tools({ deny_if: [looksAt('args.to'), looksAt('tool.class')] }));
    expect(rulesTouched(policy, { name: 'send', after: EXECUTE, difference: [] })).toEqual([
      { rule: '/tools/send', why: 'allows its calls' },
      { rule: rule('args.to'), why: 'looks at args.to of a new tool' },
      { rule: rule('tool.class'), why: 'looks at tool.class of a new tool, which is Execute' },
    ]);
  });
});
