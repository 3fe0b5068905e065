import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { compare } from '../../cases/samples.ts';
import type { Truth } from '../decide/decision.ts';
import type { Json } from '../json/json.ts';
import { rawNumber } from '../json/raw-number.ts';
import { type Condition, OPERATORS, type Operator } from '../policy.ts';
import { compileCondition, Places, type Quantifier, Work } from './index.ts';

const NOTHING = { tool: {}, grant: {}, server: {}, client: {}, time: {} };

function judge(condition: Condition, args: unknown, quantifier: Quantifier = 'some'): Truth {
  // Some tests feed what is not JSON, on purpose.
  return compileCondition(condition, quantifier, { ...testFunctions, places: new Places() })({
    ...NOTHING,
    found: [],
    work: new Work(),
    args: args as never,
  });
}

/** What an operator says of one argument. */
const says = (value: unknown, op: Operator, operand: Json, ignoreCase = false): Truth =>
  judge(compare('args.x', op, operand, ignoreCase), { x: value });

/** An operand that each operator takes. */
const OPERANDS = {
  eq: 'a',
  neq: 'a',
  in: ['a'],
  not_in: ['a'],
  lt: 1,
  lte: 1,
  gt: 1,
  gte: 1,
  contains: 'a',
  not_contains: 'a',
  regex: 'a',
  not_regex: 'a',
  glob: 'a*',
  starts_with: 'a',
  ends_with: 'a',
  exists: true,
  type: 'number',
  length_lt: 1,
  length_lte: 1,
  length_gt: 1,
  length_gte: 1,
  path_within: '/a',
  host_in: 'a.example',
  cidr_in: '10.0.0.0/8',
} satisfies Record<Operator, Json>;

describe('an operator', () => {
  it.each(OPERATORS)('%s never judges what is not JSON', (op) => {
    for (const foreign of [Number.NaN, Number.POSITIVE_INFINITY, -Infinity, 1n, undefined, () => 1]) {
      expect(says(foreign, op, OPERANDS[op])).toBe('undetermined');
    }
  });

  it.each(OPERATORS)('%s is false, or undetermined where it is negative, without a value', (op) => {
    const negative = ['neq', 'not_in', 'not_contains', 'not_regex'].includes(op);
    expect(judge(compare('args.x', op, OPERANDS[op]), {})).toBe(negative ? 'undetermined' : 'false');
    expect(says(null, op, OPERANDS[op])).toBe(negative ? 'undetermined' : 'false');
  });

  it.each(OPERATORS)('%s is undetermined on an operand that it cannot take', (op) => {
    const any = ['eq', 'neq', 'contains', 'not_contains', 'type'].includes(op);
    if (!any) expect(says('a', op, { not: 'an operand' })).toBe('undetermined');
  });

  it('such as exists is undetermined on what it cannot take also where there is no value', () => {
    expect(judge(compare('args.x', 'exists', 'yes'), {})).toBe('undetermined');
  });

  it.each(OPERATORS)('%s does not judge a number beyond doubles by its value', (op) => {
    const expected = op === 'exists' || op === 'type' ? 'true' : 'undetermined';
    expect(says(rawNumber('12345678901234567890'), op, OPERANDS[op])).toBe(expected);
  });
});

const NFD_CAFE = 'cafe\u0301';

describe('the table of operators', () => {
  it.each<[unknown, Operator, Json, Truth]>([
    [1, 'eq', 1, 'true'],
    [-0, 'eq', 0, 'true'],
    ['1', 'eq', 1, 'undetermined'],
    [1, 'eq', '1', 'undetermined'],
    [true, 'eq', 'true', 'undetermined'],
    ['1.0', 'eq', 1, 'false'],
    [0, 'eq', false, 'false'],
    ['', 'eq', false, 'false'],
    [false, 'eq', false, 'true'],
    [['a'], 'eq', 'a', 'undetermined'],
    [['a'], 'eq', { 0: 'a' }, 'undetermined'],
    [{ a: [1, { b: 2 }] }, 'eq', { a: [1, { b: 2 }] }, 'true'],
    [{ a: 1, b: 2 }, 'eq', { b: 2, a: 1 }, 'true'],
    [{ a: 1 }, 'eq', { a: 1, b: 2 }, 'false'],
    [{ a: '1' }, 'eq', { a: 1 }, 'undetermined'],
    [{ a: '1', b: 1 }, 'eq', { a: 1, b: 2 }, 'false'],
    [['users'], 'not_in', ['users'], 'undetermined'],
    ['users', 'not_in', ['users'], 'false'],
    ['other', 'not_in', ['users'], 'true'],
    ['x', 'in', [], 'false'],
    [1, 'in', ['1', 1], 'true'],
    [NFD_CAFE, 'in', ['caf\u00e9'], 'false'],
    [2, 'gt', 1, 'true'],
    ['2', 'gt', 1, 'undetermined'],
    ['superadmin', 'contains', 'admin', 'true'],
    [['superadmin'], 'contains', 'admin', 'false'],
    [['admin'], 'contains', 'admin', 'true'],
    ['12', 'contains', 1, 'undetermined'],
    [['1'], 'contains', 1, 'undetermined'],
    [{ admin: 1 }, 'contains', 'admin', 'undetermined'],
    ['prod', 'regex', '^prod$', 'true'],
    ['prod\n', 'regex', '^prod$', 'false'],
    ['x\nprod\ny', 'regex', '^prod$', 'false'],
    [12, 'regex', '^[0-9]+$', 'undetermined'],
    [['12'], 'regex', '^[0-9]+$', 'undetermined'],
    ['a', 'regex', '(', 'undetermined'],
    ['a.b', 'glob', 'a?b', 'false'],
    ['abc', 'glob', 'a*c', 'true'],
    ['a', 'exists', false, 'false'],
    [1, 'type', 'integer', 'true'],
    [1.5, 'type', 'integer', 'false'],
    [1.5, 'type', 'number', 'true'],
    [rawNumber('1e20'), 'type', 'integer', 'true'],
    [rawNumber('-1.5E+17'), 'type', 'integer', 'true'],
    [rawNumber('9007199254740993.0'), 'type', 'integer', 'true'],
    [rawNumber('90071992547409930e-1'), 'type', 'integer', 'true'],
    [rawNumber('9007199254740993.5'), 'type', 'integer', 'false'],
    [rawNumber('90071992547409935e-1'), 'type', 'integer', 'false'],
    [null, 'type', 'null', 'true'],
    [null, 'exists', false, 'true'],
    ['😀é', 'length_lte', 2, 'true'],
    [[1, 2], 'length_gte', 2, 'true'],
    [{ a: 1 }, 'length_gt', 0, 'true'],
    [12, 'length_gt', 0, 'undetermined'],
    [1, 'lt', 1, 'false'],
    [1, 'lte', 1, 'true'],
    [1, 'gt', 1, 'false'],
    [1, 'gte', 1, 'true'],
    ['ab', 'length_lt', 2, 'false'],
    ['ab', 'length_lte', 2, 'true'],
    ['ab', 'length_gt', 2, 'false'],
    ['ab', 'length_gte', 2, 'true'],
    ['abc', 'contains', '', 'true'],
    ['abc', 'contains', 'abcd', 'false'],
    [[], 'contains', 'a', 'false'],
    [['b', 'a'], 'not_contains', 'a', 'false'],
    ['abc', 'starts_with', 'bc', 'false'],
    ['abc', 'ends_with', 'ab', 'false'],
    ['a', 'exists', true, 'true'],
    [1, 'type', 'string', 'false'],
    [[], 'type', 'array', 'true'],
    [{}, 'type', 'object', 'true'],
    [null, 'type', 'object', 'false'],
  ])('of %j says %s %j: %s', (value, op, operand, expected) => {
    expect(says(value, op, operand)).toBe(expected);
  });

  it.each<[string, Json, Truth]>([
    ['/data/x', '/data', 'true'],
    ['/data', '/data/', 'true'],
    ['/data2/x', '/data', 'false'],
    ['/data/../etc/passwd', '/data', 'false'],
    ['/data/a/../../etc', '/data', 'false'],
    ['/../../data/x', '/data', 'true'],
    ['//data//x/.', '/data', 'true'],
    ['/data\\..\\etc', '/data', 'false'],
    // Where a backslash is a character of a name, this is /etc/passwd.
    ['/data/a\\b/../../etc/passwd', '/data', 'undetermined'],
    ['/data/a\\b/../../etc/passwd', '/etc', 'undetermined'],
    ['/data/a\\b/../../etc/passwd', ['/etc', '/data'], 'true'],
    ['/data/a\\b/../../etc/passwd', '/srv', 'false'],
    ['/data/a\\b', '/data', 'true'],
    ['/data\\a', '/data', 'undetermined'],
    ['\\data\\a', '/data', 'true'],
    ['\\data/a', '/data', 'undetermined'],
    ['C:/data/a\\b/../../x', 'C:/data', 'true'],
    ['C:\\data\\x', 'c:/data', 'true'],
    ['C:data', 'C:/', 'undetermined'],
    ['data/x', '/data', 'undetermined'],
    ['', '/', 'undetermined'],
    ['/data/\0/x', '/data', 'undetermined'],
    ['\\\\server\\data', '/server', 'undetermined'],
    ['/b/x', ['/a', '/b'], 'true'],
    ['/c/x', ['/a', '/b'], 'false'],
    ['/b/x', ['relative', '/b'], 'true'],
    ['/c/x', ['relative', '/b'], 'undetermined'],
    ['/c/x', [], 'false'],
    ['/', '/', 'true'],
    ['/', '/data', 'false'],
    ['c:/data', 'C:\\data', 'true'],
    ['d:/data', 'c:/data', 'false'],
    ['c:/data', '/data', 'false'],
    ['C:', 'C:/', 'undetermined'],
    ['1:/data', '/', 'undetermined'],
    ['CC:/data', '/', 'undetermined'],
    ['./data', '/', 'undetermined'],
    ['\\/server/data', '/', 'undetermined'],
    ['/\\server/data', '/', 'undetermined'],
    ['/Data', '/data', 'false'],
  ])('path_within: %j in %j: %s', (value, operand, expected) => {
    expect(says(value, 'path_within', operand)).toBe(expected);
  });

  it.each<[string, Json, Truth]>([
    ['https://a.example/x', 'a.example', 'true'],
    ['HTTPS://A.Example:8443/x?y#z', 'a.example', 'true'],
    ['https://a.example./', 'a.example', 'true'],
    ['https://b.example', 'a.example', 'false'],
    ['https://x.a.example', '*.a.example', 'true'],
    ['https://a.example', '*.a.example', 'false'],
    ['https://evila.example', '*.a.example', 'false'],
    ['https://a.example@evil.example/', 'a.example', 'undetermined'],
    ['https://evil.example\\@a.example/', 'a.example', 'undetermined'],
    ['ftp://a.example', 'a.example', 'undetermined'],
    ['https:a.example', 'a.example', 'undetermined'],
    ['//a.example', 'a.example', 'undetermined'],
    [' https://a.example', 'a.example', 'undetermined'],
    ['https://a.exa\tmple', 'a.example', 'undetermined'],
    ['https://а.example', 'a.example', 'undetermined'],
    ['https://%61.example', 'a.example', 'undetermined'],
    ['https://a.example:99999', 'a.example', 'undetermined'],
    ['https://', 'a.example', 'undetermined'],
    ['http://127.0.0.1', '127.0.0.1', 'true'],
    ['http://127.1', '127.0.0.1', 'undetermined'],
    ['http://2130706433', '127.0.0.1', 'undetermined'],
    ['http://0x7f.0.0.1', '127.0.0.1', 'undetermined'],
    ['http://0177.0.0.1', '127.0.0.1', 'undetermined'],
    ['http://[::1]/', '::1', 'true'],
    ['http://[0:0::0001]/', '[::1]', 'true'],
    ['http://[::ffff:127.0.0.1]/', '127.0.0.1', 'true'],
    ['http://[::1%25eth0]/', '::1', 'undetermined'],
    ['http://a..example', 'a.example', 'undetermined'],
    ['http://a.example:', 'a.example', 'true'],
    ['http://a.example:65535', 'a.example', 'true'],
    ['http://a.example:65536', 'a.example', 'undetermined'],
    ['http://_a.b-c.example', '_a.b-c.example', 'true'],
    ['http://-a.example', '*.example', 'undetermined'],
    ['http://a-.example', '*.example', 'undetermined'],
    [`http://${'a'.repeat(63)}.example`, '*.example', 'true'],
    [`http://${'a'.repeat(64)}.example`, '*.example', 'undetermined'],
    [`http://${'a.'.repeat(123)}example`, '*.example', 'true'],
    [`http://b${'a.'.repeat(123)}example`, '*.example', 'undetermined'],
    ['http://a.example/b c', 'a.example', 'undetermined'],
    ['http://a.example/\\b', 'a.example', 'undetermined'],
    ['http://a.example/é', 'a.example', 'undetermined'],
    ['http://a.example/\n', 'a.example', 'undetermined'],
    ['http://127.0.0.1.', '127.0.0.1', 'true'],
    ['http://a.0xfg', 'a.0xfg', 'true'],
    ['http://a.0xf', '*.0xf', 'undetermined'],
    ['http://[127.0.0.1]', '127.0.0.1', 'undetermined'],
    ['http://[::1', '::1', 'undetermined'],
    ['http://b.example', ['a..example', 'b.example'], 'true'],
    ['http://c.example', ['a..example', 'b.example'], 'undetermined'],
    ['http://c.example', ['*.a..example', 'b.example'], 'undetermined'],
    ['http://c.example', ['*.example', 'b.example'], 'true'],
    ['http://c.example', [], 'false'],
  ])('host_in: %j in %j: %s', (value, operand, expected) => {
    expect(says(value, 'host_in', operand)).toBe(expected);
  });

  it.each<[string, Json, Truth]>([
    ['10.1.2.3', '10.0.0.0/8', 'true'],
    ['11.1.2.3', '10.0.0.0/8', 'false'],
    ['010.1.2.3', '10.0.0.0/8', 'undetermined'],
    ['10.1', '10.0.0.0/8', 'undetermined'],
    ['::ffff:10.1.2.3', '10.0.0.0/8', 'true'],
    ['::ffff:a01:203', '10.0.0.0/8', 'true'],
    ['10.1.2.3', '::ffff:10.0.0.0/104', 'true'],
    ['10.1.2.3', '::/0', 'false'],
    ['fd00::1', 'fd00::/8', 'true'],
    ['fe80::1', ['fd00::/8', '10.0.0.0/8'], 'false'],
    ['fe80::1%eth0', 'fe80::/10', 'undetermined'],
    ['1::2::3', '::/0', 'undetermined'],
    ['1:2:3:4:5:6:7:8', '::/0', 'true'],
    ['1:2:3:4:5:6:7', '::/0', 'undetermined'],
    ['example.com', '::/0', 'undetermined'],
    ['10.1.2.3', ['no range', '10.0.0.0/8'], 'true'],
    ['11.1.2.3', ['no range', '10.0.0.0/8'], 'undetermined'],
    ['::ffff:10.1.2.3', '::/0', 'true'],
  ])('cidr_in: %j in %j: %s', (value, operand, expected) => {
    expect(says(value, 'cidr_in', operand)).toBe(expected);
  });

  it.each<[string, Operator, Json, Truth]>([
    ['ADMIN', 'eq', 'admin', 'true'],
    ['\u212a', 'eq', 'k', 'true'],
    ['ΣΑΣ', 'eq', 'σας', 'true'],
    ['STRASSE', 'eq', 'straße', 'false'],
    ['ẞ', 'eq', 'ß', 'true'],
    ['I', 'eq', 'ı', 'false'],
    ['TRUE', 'eq', true, 'undetermined'],
    ['Drop TABLE', 'contains', 'drop table', 'true'],
    ['PROD-1', 'regex', '^prod', 'true'],
    ['Main.TXT', 'ends_with', '.txt', 'true'],
    ['B', 'in', ['a', 'b'], 'true'],
    ['C:/Data/X', 'path_within', 'c:/data', 'true'],
    ['/Data/X', 'path_within', ['/other', '/dATA'], 'true'],
    ['\u212a:/data', 'path_within', 'k:/', 'undetermined'],
    ['Main.TXT', 'glob', 'm*.txt', 'true'],
    ['Main', 'starts_with', 'MA', 'true'],
    ['PROD', 'not_regex', '^prod', 'false'],
  ])('ignoring case: %j %s %j: %s', (value, op, operand, expected) => {
    expect(says(value, op, operand, true)).toBe(expected);
  });
});

describe('a path', () => {
  it.each<[string, unknown, Truth]>([
    ['args.a.b', { a: { b: 1 } }, 'true'],
    ['args.a.b', { a: {} }, 'false'],
    ['args.a.b', {}, 'false'],
    ['args.a.b', { a: null }, 'false'],
    ['args.a.b', { a: 'text' }, 'undetermined'],
    ['args.a.length', { a: [1] }, 'undetermined'],
    ['args.a.length', { a: 'x' }, 'undetermined'],
    ['args.a[0]', { a: { 0: 1 } }, 'undetermined'],
    ['args.a[1]', { a: [1] }, 'false'],
    ['args.a[0]', { a: [1] }, 'true'],
    ['args.__proto__', {}, 'false'],
    ['args.constructor', {}, 'false'],
    ['args.a.prototype', { a: {} }, 'false'],
    ['args.a.rawJSON', { a: rawNumber('99999999999999999999') }, 'undetermined'],
    ['args.a[*]', { a: 'x' }, 'undetermined'],
    ['args.a[*]', {}, 'false'],
    ['args.a[*]', { a: null }, 'false'],
    ['args.a[0]', { a: null }, 'false'],
    ['args.a[0]', { a: 'x' }, 'undetermined'],
    ['args.a[0].b[1]', { a: [{ b: [1, 2] }] }, 'true'],
    ['args.a.b.c', { a: { b: 'x' } }, 'undetermined'],
    ['args.a.b.c', { a: 'x' }, 'undetermined'],
    ['args.a[1]', { a: [1, undefined] }, 'undetermined'],
    ['args.constructor', { constructor: 1 }, 'true'],
    ['args.rawJSON', { rawJSON: 1 }, 'true'],
    ['args.a.rawJSON', { a: {} }, 'false'],
    ['args.a.b', { a: rawNumber('99999999999999999999') }, 'undetermined'],
    ['args.a.b', { a: [] }, 'undetermined'],
    ['args.a.b', { a: { b: undefined } }, 'undetermined'],
  ])('%s exists in %j: %s', (at, args, expected) => {
    expect(judge(compare(at, 'exists', true), args)).toBe(expected);
  });

  it('with [*] joins elements by some or by every, as Kleene has it', () => {
    const cheap = compare('args.items[*].amount', 'lte', 100);
    const of = (...amounts: unknown[]) => ({ items: amounts.map((amount) => ({ amount })) });
    expect(judge(cheap, of(), 'some')).toBe('false');
    expect(judge(cheap, of(), 'every')).toBe('true');
    expect(judge(cheap, of(1, 999), 'some')).toBe('true');
    expect(judge(cheap, of(1, 999), 'every')).toBe('false');
    expect(judge(cheap, of(1, 'x'), 'some')).toBe('true');
    expect(judge(cheap, of(1, 'x'), 'every')).toBe('undetermined');
    expect(judge(cheap, of(999, 'x'), 'every')).toBe('false');
    expect(judge(cheap, { items: [{ amount: 1 }, {}] }, 'every')).toBe('false');
    expect(judge(cheap, { items: { 0: { amount: 1 } } }, 'every')).toBe('undetermined');
    const nested = compare('args.rows[*].cells[*]', 'eq', 1);
    expect(judge(nested, { rows: [{ cells: [2] }, { cells: [1] }] }, 'some')).toBe('true');
    expect(judge(nested, { rows: [{ cells: [1] }, { cells: [1, 2] }] }, 'every')).toBe('false');
  });
});

describe('joined conditions', () => {
  const TRUTHS = {
    true: compare('args.t', 'eq', 1),
    false: compare('args.f', 'eq', 1),
    undetermined: compare('args.u', 'eq', 1),
  };
  const ARGS = { t: 1, f: 2, u: '1' };
  const arbTruth = fc.constantFrom<Truth>('true', 'false', 'undetermined');

  it('follow Kleene’s tables', () => {
    fc.assert(
      fc.property(fc.array(arbTruth, { maxLength: 5 }), (truths) => {
        const of = truths.map((truth) => TRUTHS[truth]);
        const all = truths.includes('false')
          ? 'false'
          : truths.includes('undetermined')
            ? 'undetermined'
            : 'true';
        const any = truths.includes('true')
          ? 'true'
          : truths.includes('undetermined')
            ? 'undetermined'
            : 'false';
        expect(judge({ kind: 'all', of }, ARGS)).toBe(all);
        expect(judge({ kind: 'any', of }, ARGS)).toBe(any);
      }),
    );
  });

  it('keep what is undetermined under not', () => {
    expect(judge({ kind: 'not', of: TRUTHS.undetermined }, ARGS)).toBe('undetermined');
    expect(judge({ kind: 'not', of: TRUTHS.true }, ARGS)).toBe('false');
    expect(judge({ kind: 'not', of: TRUTHS.false }, ARGS)).toBe('true');
  });
});
