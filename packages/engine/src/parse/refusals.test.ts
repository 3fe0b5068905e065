import { describe, expect, it } from 'vitest';
import { problemsOf, withCondition, withEntry } from '../../cases/parsing.ts';
import type { ProblemCode } from '../problem.ts';

type Row = readonly [name: string, document: unknown, code: ProblemCode, pointer: string, message: RegExp];

const top = (rest: object) => ({ version: '1', default: 'deny', ...rest });
const limit = (rest: object) => withEntry({ limits: [{ counter: 'c', window: 'minute', max: 1, ...rest }] });
const compare = (op: string, value: unknown, rest = {}) =>
  withCondition({ path: 'args.a', op, value, ...rest });
const VALUE = '/tools/t/deny_if/0/conditions/0/value';

const ROWS: readonly Row[] = [
  ['a list', [], 'not_an_object', '', /expected an object for the policy, found a list/],
  ['no version', { default: 'deny' }, 'missing_key', '', /expected the key "version"/],
  [
    'version 2',
    { version: '2', default: 'deny' },
    'bad_version',
    '/version',
    /expected "1", found the text "2"/,
  ],
  [
    'version 1 without quotes',
    { version: 1, default: 'deny' },
    'bad_version',
    '/version',
    /write it in quotes/,
  ],
  ['no default', { version: '1' }, 'missing_key', '', /"deny" or "allow"/],
  [
    'a default with a slip',
    { version: '1', default: 'Deny' },
    'bad_value',
    '/default',
    /did you mean "deny"/,
  ],
  ['a misspelt key', top({ toolz: {} }), 'unknown_key', '/toolz', /did you mean "tools"/],
  [
    'a misspelt key of an entry',
    withEntry({ deny_fi: [] }),
    'unknown_key',
    '/tools/t/deny_fi',
    /did you mean "deny_if"/,
  ],
  [
    'conditions in an entry',
    withEntry({ conditions: [] }),
    'unknown_key',
    '/tools/t/conditions',
    /stand in a rule under "deny_if"/,
  ],
  [
    'a short form in all_tools',
    top({ all_tools: { rate_limit: '1/minute' } }),
    'unknown_key',
    '/all_tools/rate_limit',
    /write it out under "limits"/,
  ],
  [
    'a key that objects inherit',
    top({ constructor: {} }),
    'unknown_key',
    '/constructor',
    /unknown key "constructor"/,
  ],
  ['hide that is a text', top({ hide: '*' }), 'bad_type', '/hide', /expected a list .* write \[ … \]/],
  ['an empty name in hide', top({ hide: [''] }), 'bad_name', '/hide/0', /everything is "\*"/],
  ['an empty name of a tool', top({ tools: { '': {} } }), 'bad_name', '/tools/', /found an empty text/],
  ['tools that are a list', top({ tools: [] }), 'not_an_object', '/tools', /found a list/],
  [
    'an unknown time zone',
    top({ time_zone: 'Mars/Olympus' }),
    'bad_time_zone',
    '/time_zone',
    /IANA time zone/,
  ],
  ['an offset as time zone', top({ time_zone: '+02:00' }), 'bad_time_zone', '/time_zone', /IANA time zone/],
  [
    'a rule without conditions',
    withEntry({ deny_if: [{ on_deny: 'x' }] }),
    'missing_key',
    '/tools/t/deny_if/0',
    /write \[\] for a rule that concerns every call/,
  ],
  ['a rule that is no list', withEntry({ require: {} }), 'bad_type', '/tools/t/require', /expected a list/],
  [
    'an empty name of a rule',
    withEntry({ require: [{ name: '', conditions: [] }] }),
    'bad_name',
    '/tools/t/require/0/name',
    /empty text/,
  ],
  [
    'an action of no kind',
    withEntry({ action: 'log' }),
    'bad_value',
    '/tools/t/action',
    /"allow" or "deny" or "require_approval"/,
  ],
  [
    'rules beside other keys',
    withEntry({ rules: [], limits: [] }),
    'contradiction',
    '/tools/t/limits',
    /takes no "limits"/,
  ],
  [
    'conditions in a listed rule',
    withEntry({ rules: [{ conditions: [] }] }),
    'unknown_key',
    '/tools/t/rules/0/conditions',
    /stand in a rule under/,
  ],
  [
    'the operator __proto__',
    compare('__proto__', 1),
    'unknown_operator',
    VALUE.replace('value', 'op'),
    /unknown operator "__proto__"/,
  ],
  [
    'the operator constructor',
    compare('constructor', 1),
    'unknown_operator',
    VALUE.replace('value', 'op'),
    /unknown operator/,
  ],
  [
    'a misspelt operator',
    compare('starts_wiht', 'a'),
    'unknown_operator',
    VALUE.replace('value', 'op'),
    /did you mean "starts_with"/,
  ],
  [
    'an operator as a sign',
    compare('>=', 1),
    'unknown_operator',
    VALUE.replace('value', 'op'),
    /did you mean "gte"/,
  ],
  [
    'an operator that is a number',
    withCondition({ path: 'args.a', op: 1, value: 1 }),
    'bad_type',
    VALUE.replace('value', 'op'),
    /name of an operator/,
  ],
  [
    'a path without a root',
    withCondition({ path: 'a', op: 'eq', value: 1 }),
    'bad_path',
    VALUE.replace('value', 'path'),
    /args\.NAME/,
  ],
  [
    'a condition that is a text',
    withCondition('a'),
    'not_an_object',
    '/tools/t/deny_if/0/conditions/0',
    /expected an object/,
  ],
  [
    'any beside a path',
    withCondition({ any: [], path: 'args.a' }),
    'unknown_key',
    '/tools/t/deny_if/0/conditions/0/path',
    /keys here are any/,
  ],
  [
    'any of nothing',
    withCondition({ any: [] }),
    'bad_value',
    '/tools/t/deny_if/0/conditions/0/any',
    /at least one condition/,
  ],
  [
    'not of a list',
    withCondition({ not: [] }),
    'not_an_object',
    '/tools/t/deny_if/0/conditions/0/not',
    /found a list/,
  ],
  ['eq with null', compare('eq', null), 'null_operand', VALUE, /"op": "exists"/],
  ['neq with null', compare('neq', null), 'null_operand', VALUE, /"op": "exists"/],
  ['in with null', compare('in', ['a', null]), 'null_operand', VALUE, /"op": "exists"/],
  ['not_in with a text', compare('not_in', 'a'), 'bad_operand', VALUE, /"not_in": expected a list/],
  ...['lt', 'lte', 'gt', 'gte'].map(
    (op): Row => [
      op,
      compare(op, '1'),
      'bad_operand',
      VALUE,
      /expected a number, found the text "1"; write it without quotes/,
    ],
  ),
  ...['regex', 'not_regex'].map((op): Row => [op, compare(op, '('), 'bad_pattern', VALUE, /RE2 syntax/]),
  ['a lookahead', compare('regex', '(?=a)'), 'bad_pattern', VALUE, /RE2 syntax/],
  ...['regex', 'not_regex', 'glob', 'starts_with', 'ends_with'].map(
    (op): Row => [`${op} with a number`, compare(op, 1), 'bad_operand', VALUE, /found the number 1/],
  ),
  ['exists with a text', compare('exists', 'true'), 'bad_operand', VALUE, /true or false/],
  ['a type of no kind', compare('type', 'strng'), 'bad_operand', VALUE, /did you mean "string"/],
  ...['length_lt', 'length_lte', 'length_gt', 'length_gte'].map(
    (op): Row => [
      `${op} with a decimal`,
      compare(op, 1.5),
      'bad_operand',
      VALUE,
      /whole number of at least 0/,
    ],
  ),
  ['a relative folder', compare('path_within', 'srv'), 'bad_operand', VALUE, /from the root/],
  ['a network folder', compare('path_within', '\\\\host\\share'), 'bad_operand', VALUE, /network path/],
  ['no folder', compare('path_within', []), 'bad_operand', VALUE, /at least one/],
  ['a folder that is a number', compare('path_within', ['/srv', 1]), 'bad_operand', VALUE, /found number/],
  ['a URL as a host', compare('host_in', 'https://a.b'), 'bad_operand', VALUE, /without scheme/],
  ['a host with a port', compare('host_in', 'a.b:80'), 'bad_operand', VALUE, /without a port/],
  ['a star inside a host', compare('host_in', 'a.*.b'), 'bad_operand', VALUE, /only stand in front/],
  ['every host', compare('host_in', '*'), 'bad_operand', VALUE, /only stand in front/],
  ['an international host', compare('host_in', 'bücher.de'), 'bad_operand', VALUE, /xn--/],
  ['a host that is half an address', compare('host_in', '1.2.3'), 'bad_operand', VALUE, /four numbers/],
  ['a range of no address', compare('cidr_in', '10.0.0/8'), 'bad_operand', VALUE, /such as "10\.0\.0\.0\/8"/],
  ['a range beyond its width', compare('cidr_in', ['::/129']), 'bad_operand', VALUE, /from 0 to 128/],
  [
    'ignore_case with a number',
    compare('gt', 1, { ignore_case: true }),
    'contradiction',
    VALUE.replace('value', 'ignore_case'),
    /does not compare texts/,
  ],
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
    (key): Row => [
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

describe('a document is refused for', () => {
  it.each(ROWS)('%s', (_name, document, code, pointer, message) => {
    const problems = problemsOf(document);
    const found = problems.find((problem) => problem.code === code && problem.pointer === pointer);
    expect(problems.map((problem) => [problem.code, problem.pointer])).toContainEqual([code, pointer]);
    expect(found?.message).toMatch(message);
    expect(found?.severity).toBe('error');
    expect(found?.message).not.toMatch(/^[A-Z]|\.$/);
  });

  it('every fault that it has, not only the first', () => {
    const document = {
      version: 2,
      default: 'x',
      hide: 3,
      tools: { t: { action: 1, deny_if: [{ conditions: [{ path: 'a', op: 'b', value: null }] }], foo: 1 } },
    };
    expect(
      problemsOf(document)
        .map((problem) => problem.code)
        .toSorted(),
    ).toEqual(
      [
        'bad_path',
        'bad_type',
        'bad_type',
        'bad_value',
        'bad_version',
        'unknown_key',
        'unknown_operator',
      ].toSorted(),
    );
  });
});
