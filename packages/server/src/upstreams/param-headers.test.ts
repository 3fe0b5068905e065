import type { JsonObject } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { PARAM_HEADERS } from './bounds.ts';
import { scanParamHeaders } from './param-headers.ts';

const mark = (name: string, type = 'string'): JsonObject => ({ type, 'x-mcp-header': name });
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
});

const valid: readonly [string, JsonObject, readonly string[]][] = [
  ['no annotation', object({ a: { type: 'string' } }), []],
  [
    'string, integer and boolean',
    object({ a: mark('A'), b: mark('B', 'integer'), c: mark('C', 'boolean') }),
    ['mcp-param-a', 'mcp-param-b', 'mcp-param-c'],
  ],
  ['a property of a property', object({ a: object({ b: mark('B') }) }), ['mcp-param-b']],
  ['a property that has the name of the annotation', object({ 'x-mcp-header': { type: 'string' } }), []],
  [
    'data that looks like an annotation',
    object({ a: { type: 'object', default: { 'x-mcp-header': 'A' } } }),
    [],
  ],
];

const invalid: readonly [string, JsonObject][] = [
  ['the root', { ...object({}), 'x-mcp-header': 'A' }],
  ['a number', object({ a: mark('A', 'number') })],
  ['an object', object({ a: mark('A', 'object') })],
  ['no type', object({ a: { 'x-mcp-header': 'A' } })],
  ['an empty name', object({ a: mark('') })],
  ['a name that is no text', object({ a: { type: 'string', 'x-mcp-header': true } })],
  ['a name with a line break', object({ a: mark('A\r\nHost: x') })],
  ['two names that differ in case only', object({ a: mark('Region'), b: mark('REGION') })],
  ['items', object({ a: { type: 'array', items: mark('A') } })],
  ['a list of items', object({ a: { type: 'array', items: [mark('A')] } })],
  ['oneOf', object({ a: { oneOf: [mark('A')] } })],
  ['else', object({}, { else: object({ a: mark('A') }) })],
  ['additionalProperties', object({}, { additionalProperties: mark('A') })],
  ['$defs', object({}, { $defs: { a: mark('A') } })],
  ['patternProperties', object({}, { patternProperties: { '^a': mark('A') } })],
  [
    'too many',
    object(
      Object.fromEntries(Array.from({ length: PARAM_HEADERS + 1 }, (_, at) => [`p${at}`, mark(`H${at}`)])),
    ),
  ],
];

describe('scanParamHeaders', () => {
  it.each(valid)('accepts %s', (_, schema, names) => {
    const found = scanParamHeaders(schema);
    expect(found.ok && found.headers.map(({ header }) => header)).toEqual(names);
  });

  it.each(invalid)('refuses an annotation at %s', (_, schema) => {
    expect(scanParamHeaders(schema).ok).toBe(false);
  });

  it('accepts as many annotations as the bound and keeps the path of each', () => {
    const most = object(
      Object.fromEntries(Array.from({ length: PARAM_HEADERS }, (_, at) => [`p${at}`, mark(`H${at}`)])),
    );
    expect(scanParamHeaders(most)).toMatchObject({ ok: true });
    expect(scanParamHeaders(object({ a: object({ b: mark('B') }) }))).toMatchObject({
      headers: [{ path: ['a', 'b'] }],
    });
  });

  it('does not follow a schema deeper than the bound', () => {
    const deep = Array.from({ length: 200 }).reduce<JsonObject>((inner) => object({ a: inner }), mark('A'));
    expect(scanParamHeaders(deep).ok).toBe(false);
  });
});
