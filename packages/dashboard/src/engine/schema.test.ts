import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded, times } from '../../../engine/test/runs.ts';
import { engineFunctions as gateways } from '../../../server/src/functions/index.ts';
import { engineFunctions } from './index.ts';

const judge = (functions: typeof gateways, schema: JsonObject, args: Json): string => {
  const compiled = functions.schema(schema);
  if (!compiled.ok) return 'does not compile';
  return compiled.validate(args).ok ? 'fits' : 'does not fit';
};

describe('the verdict of a page is that of the gateway', () => {
  // Each line of the bundled entries is a server with its tools, as its own test holds.
  const schemas = readFileSync(fileURLToPath(import.meta.resolve('@boomgate/catalogue/entries')), 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => (JSON.parse(line) as { tools: { inputSchema: JsonObject }[] }).tools)
    .map(({ inputSchema }) => inputSchema);

  it('on the bundled tools', () => {
    const seen = { fits: 0, 'does not fit': 0, 'does not compile': 0 };
    const one = fc.tuple(fc.constantFrom(...schemas), fc.infiniteStream(fc.nat(9_999)));
    fc.assert(
      fc.property(one, ([schema, stream]) => {
        const args = valueFor(schema, {
          pick: (below) => (stream.next().value as number) % below,
          whole: schema,
          depth: 0,
        });
        const verdict = judge(gateways, schema, args);
        seen[verdict as keyof typeof seen] += 1;
        expect([judge(engineFunctions, schema, args), args]).toEqual([verdict, args]);
      }),
      seeded(times(300)),
    );
    expect(Math.min(seen.fits, seen['does not fit'])).toBeGreaterThan(20);
  });
});

describe('on what servers may think of', () => {
  it('it agrees as well', () => {
    const seen: Record<string, number> = {};
    fc.assert(
      fc.property(anySchema, anyValue, fc.boolean(), (p, value, isOld) => {
        const dialect = isOld ? { $schema: 'http://json-schema.org/draft-07/schema#' } : {};
        const schema: JsonObject = {
          ...dialect,
          properties: { p },
          definitions: { d: { type: 'string', minLength: 2 } },
        };
        const verdict = judge(gateways, schema, { p: value });
        seen[verdict] = (seen[verdict] ?? 0) + 1;
        expect([judge(engineFunctions, schema, { p: value }), schema]).toEqual([verdict, schema]);
      }),
      seeded(times(1_000)),
    );
    expect(Object.values(seen).filter((count) => count > 20)).toHaveLength(2);
  });

  it.each<[JsonObject, Json]>([
    [{ $ref: 'http://169.254.169.254/schema' }, {}],
    [{ $ref: '#/definitions/none' }, {}],
    [{ pattern: '(?=x)' }, 'x'],
    [{ pattern: '(?i)^X$' }, 'x'],
    [{ $ref: '#/definitions/d', maxLength: 3 }, 'abcd'],
    [{ maxLength: 1 }, '😀'],
    [{ multipleOf: 0.1 }, 0.3],
    [{ type: 'string', nullable: true }, null],
    [{ enum: [] }, 1],
    [{ propertyNames: { type: 'string' }, minProperties: 1 }, {}],
    [{ type: 'file' }, 1],
    [{ nullable: true }, 1],
    // The library's code for what `unevaluatedProperties` would need failed on it.
    [
      {
        anyOf: [
          { allOf: [{ additionalProperties: { type: 'string' }, type: 'string' }] },
          { type: 'object' },
        ],
        patternProperties: { '^a': { type: 'null' } },
      },
      { a: null },
    ],
    [{ items: [{ type: 'string' }] }, [1]],
    [{ format: 'date' }, '2026-02-30'],
    [{ format: 'email' }, ''],
    [{ format: 'int32' }, 5.5],
    [{ format: 'made-up' }, 'x'],
    [{ contains: { type: 'string' } }, [1]],
    [{ contains: { type: 'string' }, maxContains: 1 }, ['a', 'b']],
    [
      { patternProperties: { '(?i)^A': { type: 'string' } }, additionalProperties: false },
      { a: 1, b: 2 },
    ],
  ])('on %j of %j', (p, value) => {
    for (const $schema of [
      'http://json-schema.org/draft-07/schema#',
      'https://json-schema.org/draft/2020-12/schema',
    ]) {
      const schema: JsonObject = {
        $schema,
        properties: { p },
        definitions: { d: { type: 'string', minLength: 2 } },
      };
      expect([$schema, judge(engineFunctions, schema, { p: value })]).toEqual([
        $schema,
        judge(gateways, schema, { p: value }),
      ]);
    }
  });

  it.each<[string, JsonObject, Json]>([
    [
      'patterns',
      { allOf: Array.from({ length: 100 }, () => ({ pattern: 'a.{50}[cd]' })) },
      'abbababaaab'.repeat(2 ** 16),
    ],
    ['references', { anyOf: [{ $ref: '#' }, { $ref: '#' }, { $ref: '#' }] }, {}],
  ])('hundreds of %s are given up before the page stalls', (_, p, value) => {
    const compiled = engineFunctions.schema({ properties: { p }, ...(Array.isArray(p['anyOf']) ? p : {}) });
    const started = performance.now();
    expect(compiled.ok && compiled.validate({ p: value })).toMatchObject({
      ok: false,
      message: expect.stringContaining('too many steps'),
    });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('faults name the place and what was expected, never the value', () => {
    const compiled = engineFunctions.schema({ properties: { n: { type: 'integer' } }, required: ['m'] });
    if (!compiled.ok) throw new Error(compiled.message);
    expect(compiled.validate({ n: 'secret-value', m: 1 })).toEqual({
      ok: false,
      path: '/n',
      message: 'must be integer',
    });
    expect(compiled.validate({})).toEqual({
      ok: false,
      path: '',
      message: "must have required property 'm'",
    });
  });
});

const anyValue: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(null, true, 0, 1, 2.5, '', 'a', 'abc', '2026-01-02', 'a@b.c', '127.0.0.1'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'ab'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const anySchema: fc.Arbitrary<JsonObject> = fc.letrec<{ schema: JsonObject; below: Json }>((tie) => {
  const below = tie('below');
  const count = fc.nat(3);
  const list = fc.array(below, { minLength: 1, maxLength: 3 });
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'ab'), { maxLength: 2 });
  const map = fc.dictionary(fc.constantFrom('a', 'b', 'ab'), below, { maxKeys: 2, noNullPrototype: true });
  const keywords: Record<string, fc.Arbitrary<Json>> = {
    type: fc.constantFrom<Json>('string', 'number', 'integer', 'object', 'array', 'null', ['string', 'null']),
    enum: fc.array(anyValue, { minLength: 1, maxLength: 3 }),
    const: anyValue,
    format: fc.constantFrom('date', 'email', 'ipv4', 'uuid', 'made-up', 'int32'),
    pattern: fc.constantFrom('^a', 'b$', '(?i)A'),
    patternProperties: fc.dictionary(fc.constantFrom('^a', 'b$'), below, {
      maxKeys: 2,
      noNullPrototype: true,
    }),
    $ref: fc.constantFrom('#/definitions/d', '#'),
    properties: map,
    additionalProperties: below,
    required: names,
    items: below,
    additionalItems: below,
    prefixItems: list,
    anyOf: list,
    allOf: list,
    oneOf: list,
    not: below,
    if: below,
    // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
    then: below,
    else: below,
    propertyNames: below,
    dependentRequired: fc.dictionary(fc.constantFrom('a', 'b'), names, { maxKeys: 2, noNullPrototype: true }),
    uniqueItems: fc.boolean(),
    multipleOf: fc.constantFrom(0.5, 2),
    ...Object.fromEntries(
      ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'].map((name) => [
        name,
        count,
      ]),
    ),
    ...Object.fromEntries(
      ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].map((name) => [name, count]),
    ),
  };
  return {
    below: fc.oneof(
      { depthSize: 'small' },
      { arbitrary: fc.boolean(), weight: 1 },
      { arbitrary: tie('schema'), weight: 6 },
    ),
    schema: fc
      .uniqueArray(fc.constantFrom(...Object.keys(keywords)), { minLength: 1, maxLength: 3 })
      .chain((chosen) =>
        fc.record(Object.fromEntries(chosen.map((name) => [name, keywords[name] as fc.Arbitrary<Json>])), {
          noNullPrototype: true,
        }),
      ),
  };
}).schema;

type Drawing = {
  readonly pick: (below: number) => number;
  readonly whole: JsonObject;
  readonly depth: number;
};

/** Values that are no schema's. */
const ANY: readonly Json[] = [null, true, 0, -1, 1.5, '', 'x', 'a@b.c', [], ['x'], {}, { x: 1 }];
const DEEPEST = 6;

/** A value that mostly fits a schema. */
function valueFor(schema: Json | undefined, drawing: Drawing): Json {
  const { depth, pick, whole } = drawing;
  const any = (): Json => ANY[pick(ANY.length)] ?? null;
  if (!isJsonObject(schema) || depth > DEEPEST || pick(14) === 0) return any();
  const inner = { ...drawing, depth: depth + 1 };
  const options = [schema['enum'], schema['anyOf'], schema['oneOf'], schema['allOf']].find(Array.isArray);
  if (typeof schema['$ref'] === 'string') return valueFor(targetOf(schema['$ref'], whole), inner);
  if ('const' in schema) return schema['const'] ?? null;
  if (options !== undefined && options.length > 0) {
    const option = options[pick(options.length)] as Json;
    return options === schema['enum'] ? option : valueFor(option, inner);
  }
  const type = [schema['type']].flat()[0];
  if (type === 'object') return objectFor(schema, inner);
  if (type === 'array') return Array.from({ length: pick(4) }, () => valueFor(schema['items'], inner));
  if (type === 'boolean') return pick(2) === 0;
  if (type === 'string')
    return ['a', 'abc', '2026-01-02', 'https://a.example/b', '#a1b2c3', '-'][pick(6)] ?? '';
  if (type === 'number' || type === 'integer') {
    const least = Number(schema['minimum'] ?? 0);
    return [least, least + 1, Number(schema['maximum'] ?? 7), 0.3, 10][pick(5)] ?? 0;
  }
  return any();
}

function objectFor(schema: JsonObject, drawing: Drawing): Json {
  const { pick } = drawing;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const made: Record<string, Json> = {};
  for (const [name, one] of Object.entries(schema['properties'] ?? {}))
    if (required.includes(name) ? pick(20) > 0 : pick(3) === 0) made[name] = valueFor(one as Json, drawing);
  if (pick(12) === 0) made['other'] = 1;
  return made;
}

function targetOf(reference: string, whole: JsonObject): Json | undefined {
  return reference
    .split('/')
    .slice(1)
    .reduce<Json | undefined>((at, name) => (isJsonObject(at) ? at[name] : undefined), whole);
}
