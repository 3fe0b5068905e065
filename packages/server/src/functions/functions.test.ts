import { parsePolicy } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { engineFunctions } from './index.ts';

const regex = (pattern: string, ignoreCase = false) => {
  const result = engineFunctions.regex(pattern, { ignoreCase });
  if (!result.ok) throw new Error(result.message);
  return result.test;
};

describe('regular expressions', () => {
  it('are unanchored, and ^ and $ are the ends of the text only', () => {
    expect(regex('b+')('abbc')).toBe(true);
    expect(regex('^prod$')('prod\n')).toBe(false);
    expect(regex('^prod$')('x\nprod\ny')).toBe(false);
  });

  it('ignore case when asked to', () => {
    expect(regex('straße', true)('STRAßE')).toBe(true);
  });

  it('say why a pattern does not compile', () => {
    expect(engineFunctions.regex('(', { ignoreCase: false })).toMatchObject({ ok: false });
    expect(engineFunctions.regex('(?=x)', { ignoreCase: false })).toMatchObject({ ok: false });
  });

  it.each(['(a{1,1000}|b)'.repeat(70), '((a{100}){100}){100}', 'a{1000}b{1000}c{1000}d{1000}e{1000}'])(
    'are refused at once when they are too large: %.30s',
    (pattern) => {
      const started = performance.now();
      expect(engineFunctions.regex(pattern, { ignoreCase: false })).toMatchObject({ ok: false });
      expect(performance.now() - started).toBeLessThan(500);
    },
  );

  it.each([
    ['two classes of nearly all letters, in either case', `(?i)${'[B-\\x{1e942}]'.repeat(60)}`, false],
    ['where the policy ignores case', '[B-\u{1e942}]'.repeat(100), true],
    ['with zeros before', `(?s-i)[^]${'B-\\x{000000001e942}'.repeat(10_000)}]`, false],
    ['a class of many classes', `[${'\\pL'.repeat(60_000)}]`, false],
  ])('are refused at once when their classes take long to read: %s', (_what, pattern, ignoreCase) => {
    const started = performance.now();
    expect(engineFunctions.regex(pattern, { ignoreCase })).toMatchObject({ ok: false });
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('of one policy take a bounded time to read together', () => {
    const conditions = Array.from({ length: 1_000 }, (_, at) => [
      { path: 'args.a', op: 'regex', value: `[B-\u{1e942}]${at}`, ignore_case: true },
    ]);
    const deny = conditions.map((one) => ({ conditions: one, on_deny: 'no' }));
    const tools = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`t${at}`, { deny_if: deny.slice(at * 100, at * 100 + 100) }]),
    );
    const started = performance.now();
    const read = parsePolicy(JSON.stringify({ version: '1', default: 'deny', tools }), engineFunctions);
    expect(read.ok ? [] : read.problems.map(({ code }) => code)).toContain('too_many');
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  it.each([
    '(?i)^[а-яё一-龥]{1,255}$',
    '^[\\p{L}\\p{N} _-]{1,255}$',
    '(?i)^[^\\x00-\\x1f\\x80-\\x{10ffff}]+[-\\s]$',
    '^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$',
    '^.{1,1000}$',
    '[]{}]{2}',
    '\\{3,\\}',
    'x{,3}',
    '(?i)^(GET|POST){1,2}$',
  ])('of usual size compile: %s', (pattern) => {
    expect(engineFunctions.regex(pattern, { ignoreCase: false })).toMatchObject({ ok: true });
  });

  it('take linear time on patterns that stall other engines', () => {
    const started = performance.now();
    expect(regex('^(a+)+$')(`${'a'.repeat(50_000)}!`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('schemas', () => {
  const check = (
    schema: Parameters<typeof engineFunctions.schema>[0],
    args: Parameters<typeof engineFunctions.schema>[0],
  ) => {
    const result = engineFunctions.schema(schema);
    return result.ok ? result.validate(args) : result;
  };

  it('of both dialects are understood', () => {
    const tuple2020 = {
      type: 'object',
      properties: { p: { prefixItems: [{ type: 'string' }], items: false } },
    };
    expect(check(tuple2020, { p: ['a'] })).toEqual({ ok: true });
    expect(check(tuple2020, { p: ['a', 'b'] })).toMatchObject({ ok: false, path: '/p' });
    const tuple7 = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { p: { items: [{ type: 'string' }], additionalItems: false } },
    };
    expect(check(tuple7, { p: ['a', 'b'] })).toMatchObject({ ok: false, path: '/p' });
  });

  it('name the argument and what was expected, never its value', () => {
    const verdict = check({ type: 'object', properties: { n: { type: 'integer' } } }, { n: 'secret-value' });
    expect(verdict).toEqual({ ok: false, path: '/n', message: 'must be integer' });
  });

  it('hold each text against its own pattern', () => {
    const schema = {
      properties: { a: { pattern: '^x' }, b: { pattern: '^y' } },
      patternProperties: { '^c': { type: 'string' }, '^d': false },
    };
    expect(check(schema, { a: 'x', b: 'y', c: '' })).toEqual({ ok: true });
    expect(check(schema, { a: 'x', b: 'x' })).toMatchObject({ ok: false, path: '/b' });
    expect(check(schema, { d: '' })).toMatchObject({ ok: false });
  });

  it('with a remote reference do not compile', () => {
    expect(engineFunctions.schema({ $ref: 'http://169.254.169.254/schema' })).toMatchObject({ ok: false });
  });

  it('with a stalling pattern answer at once', () => {
    const started = performance.now();
    expect(
      check({ type: 'object', properties: { p: { pattern: '^(a+)+$' } } }, { p: `${'a'.repeat(1_000)}!` }),
    ).toMatchObject({ ok: false });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  const many = (count: number, of: (at: number) => [string, object | true]) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => of(at)));
  it.each([
    [
      'patterns of names',
      { patternProperties: many(12_000, (at) => [`^a${at}`, true]), additionalProperties: false },
    ],
    ['properties', { properties: many(8_000, (at) => [`p${at}`, { type: 'string' }]) }],
    [
      'schemas that all have to hold',
      {
        allOf: Array.from({ length: 6_000 }, (_, at) => ({ properties: { [`p${at}`]: true } })),
        unevaluatedProperties: false,
      },
    ],
    ['classes in a pattern', { properties: { p: { pattern: `[${'\\pL'.repeat(60_000)}]` } } }],
    ['large patterns', { properties: many(900, (at) => [`p${at}`, { pattern: `.{1000}${at}` }]) }],
  ])('with thousands of %s do not compile, and say so at once', (_what, schema) => {
    const started = performance.now();
    expect(engineFunctions.schema(schema as never)).toMatchObject({ ok: false }); // a schema is JSON
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  it('with as many properties as the largest real ones have compile', () => {
    const started = performance.now();
    const text = { type: 'string', minLength: 1, format: 'uri' };
    expect(check({ properties: many(900, (at) => [`p${at}`, text]) } as never, { p1: 1 })).toMatchObject({
      ok: false,
      path: '/p1',
    });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  const LONG = 2 ** 20;
  const each = (subschema: object, count: number) => ({
    // A schema is JSON.
    properties: { p: { allOf: Array.from({ length: count }, () => subschema) } } as never,
  });
  it.each([
    ['patterns', each({ pattern: 'a.{50}[cd]' }, 100), 'abbababaaab'.repeat(LONG / 16)],
    ['formats', each({ format: 'uri' }, 100), `http://a/${'b'.repeat(LONG - 9)}`],
    ['lengths', each({ maxLength: LONG / 2 }, 40), '😀'.repeat(LONG / 2)],
    [
      'unique elements',
      each({ uniqueItems: true }, 200),
      Array.from({ length: 9_000 }, (_, at) => [`element ${at}`]),
    ],
  ])('with hundreds of %s are given up before they stall', (_what, schema, p) => {
    const compiled = engineFunctions.schema(schema);
    const started = performance.now();
    expect(compiled.ok && compiled.validate({ p })).toMatchObject({
      ok: false,
      message: expect.stringContaining('too many steps'),
    });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it.each([
    [{ minLength: 2 }, '😀', 'must NOT have fewer than 2 characters'],
    [{ minLength: 2 }, '😀a', undefined],
    [{ minLength: 2 }, 'abcd', undefined],
    [{ maxLength: 1 }, 'ab', 'must NOT have more than 1 characters'],
    [{ maxLength: 1 }, '😀', undefined],
    [{ maxLength: 0 }, '', undefined],
    [
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      'must NOT have duplicate items',
    ],
    [{ uniqueItems: true }, [1, '1', [1], { 1: 1 }, null, 'null'], undefined],
    [{ uniqueItems: false }, [1, 1], undefined],
    [{ format: 'ipv4' }, '127.0.0.1', undefined],
    [{ format: 'ipv4' }, '127.0.0.256', 'must match format "ipv4"'],
    [{ format: 'uuid' }, 'x', 'must match format "uuid"'],
    [{ format: 'date' }, '2026-02-30', 'must match format "date"'],
    [{ format: 'int32' }, 5, undefined],
    [{ format: 'int32' }, 5.5, 'must match format "int32"'],
    [{ format: 'byte' }, 'YWJj', undefined],
  ])('with %j judge %j as JSON Schema does', (subschema, p, message) => {
    const verdict = check({ properties: { p: subschema } }, { p });
    expect(verdict).toEqual(message === undefined ? { ok: true } : { ok: false, path: '/p', message });
  });

  const hundreds = <Of>(of: (at: number) => Of, count = 900) =>
    Array.from({ length: count }, (_, at) => of(at));
  const wide = Array.from({ length: 9_000 }, (_, at) => at);
  const named = Object.fromEntries(wide.map((at) => [`b${at}`, 1]));
  it.each<[string, object, object]>([
    [
      'alternatives for each element',
      {
        properties: {
          p: { items: { anyOf: [...hundreds(() => ({ type: 'string' })), { type: 'object' }] } },
        },
      },
      { p: wide.map((at) => ({ at })) },
    ],
    [
      'conditions on each element',
      { properties: { p: { items: { allOf: hundreds(() => ({ not: { required: ['a'] } })) } } } },
      { p: wide.map(() => ({})) },
    ],
    [
      'conditions behind each reference',
      {
        $defs: { all: { allOf: hundreds(() => ({ not: { required: ['a'] } })) } },
        properties: { p: { items: { $ref: '#/$defs/all' } } },
      },
      { p: wide.map(() => ({})) },
    ],
    [
      'schemas for each value',
      { allOf: hundreds(() => ({ additionalProperties: { type: 'number' } })) },
      named,
    ],
    ['counts of names', { allOf: hundreds(() => ({ minProperties: 1 })) }, named],
    [
      'values that each element may have',
      { properties: { p: { items: { enum: Array.from({ length: 40_000 }, (_, at) => at) } } } },
      { p: wide.map((at) => 39_999 - at) },
    ],
    [
      'names that each element needs',
      {
        properties: {
          p: {
            items: {
              allOf: hundreds(() => ({ dependentRequired: { a: hundreds((at) => `a${at}`, 20) } }), 400),
            },
          },
        },
      },
      { p: wide.map(() => Object.fromEntries([['a', 1], ...hundreds((at) => [`a${at}`, 1], 20)])) },
    ],
  ])('with hundreds of %s are given up before they stall', (_what, schema, args) => {
    const compiled = engineFunctions.schema(schema as never); // a schema is JSON
    expect(compiled).toMatchObject({ ok: true });
    const started = performance.now();
    expect(compiled.ok && compiled.validate(args as never)).toMatchObject({
      ok: false,
      message: expect.stringContaining('too many steps'),
    });
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  it('hold against a table of hundreds of thousands of values', () => {
    const columns = Array.from({ length: 10 }, (_, at) => `c${at}`);
    const row = Object.fromEntries(columns.map((name) => [name, 1]));
    const properties = Object.fromEntries(columns.map((name) => [name, { type: 'number', minimum: 0 }]));
    const items = { type: 'object', properties, required: columns, minProperties: 10, maxProperties: 10 };
    const schema = { properties: { rows: { type: 'array', items, minItems: 1 } } };
    expect(check(schema, { rows: Array.from({ length: 30_000 }, () => row) })).toEqual({ ok: true });
    expect(check(schema, { rows: [{ ...row, more: 1 }] })).toMatchObject({
      path: '/rows/0',
      message: 'must NOT have more than 10 properties',
    });
  });

  it('with the same $id do not collide', () => {
    expect(check({ $id: 'x', type: 'object' }, {})).toEqual({ ok: true });
    expect(check({ $id: 'x', type: 'object', required: ['a'] }, {})).toMatchObject({ ok: false });
  });
});
