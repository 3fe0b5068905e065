import { describe, it } from 'vitest';
import { type Refusal, refusal, withCondition } from '../../cases/parsing.ts';

const compare = (op: string, value: unknown, rest = {}) =>
  withCondition({ path: 'args.a', op, value, ...rest });
const VALUE = '/tools/t/deny_if/0/conditions/0/value';

const ROWS: readonly Refusal[] = [
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
    (op): Refusal => [
      op,
      compare(op, '1'),
      'bad_operand',
      VALUE,
      /expected a number, found the text "1"; write it without quotes/,
    ],
  ),
  ...['regex', 'not_regex'].map((op): Refusal => [op, compare(op, '('), 'bad_pattern', VALUE, /RE2 syntax/]),
  ['a lookahead', compare('regex', '(?=a)'), 'bad_pattern', VALUE, /RE2 looks neither ahead nor behind/],
  ['a reference to a group', compare('regex', '(a)\\1'), 'bad_pattern', VALUE, /does not refer back/],
  ['an end of another engine', compare('regex', 'a\\Z'), 'bad_pattern', VALUE, /write \\z for the end/],
  ...['regex', 'not_regex', 'glob', 'starts_with', 'ends_with'].map(
    (op): Refusal => [`${op} with a number`, compare(op, 1), 'bad_operand', VALUE, /found the number 1/],
  ),
  ['exists with a text', compare('exists', 'true'), 'bad_operand', VALUE, /true or false/],
  ['a type of no kind', compare('type', 'strng'), 'bad_operand', VALUE, /did you mean "string"/],
  ...['length_lt', 'length_lte', 'length_gt', 'length_gte'].map(
    (op): Refusal => [
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
];

describe('a condition is refused for', () => {
  it.each(ROWS)('%s', (...row) => {
    refusal(row);
  });
});
