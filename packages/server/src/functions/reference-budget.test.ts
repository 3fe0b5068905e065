import type { JsonObject } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { compileSchema } from './schema.ts';

const validate = (schema: JsonObject, args: JsonObject): string => {
  const compiled = compileSchema(schema);
  if (!compiled.ok) return `not compiled: ${compiled.message}`;
  const verdict = compiled.validate(args);
  return verdict.ok ? 'satisfied' : verdict.message;
};

const doubling = Object.fromEntries(
  Array.from({ length: 40 }, (_, at) => {
    const below = { $ref: `#/$defs/d${at}` };
    return [`d${at + 1}`, { allOf: [below, below] }];
  }),
);
const tree = { properties: { a: { allOf: [{ $ref: '#/$defs/tree' }, { $ref: '#/$defs/tree' }] } } };
const nested = (depth: number): JsonObject => (depth === 0 ? {} : { a: nested(depth - 1) });

describe('a schema whose references multiply', () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      'by doubling',
      { $defs: { d0: { type: 'string' }, ...doubling }, properties: { x: { $ref: '#/$defs/d40' } } },
      { x: 'y' },
    ],
    ['with the depth of the arguments', { $defs: { tree }, $ref: '#/$defs/tree' }, nested(40)],
    ['without end', { $defs: { loop: { $ref: '#/$defs/loop' } }, $ref: '#/$defs/loop' }, {}],
    [
      'under properties that are called like keywords',
      {
        $defs: { enum: { type: 'string' }, ...doubling, d0: { $ref: '#/$defs/enum' } },
        properties: { default: { $ref: '#/$defs/d40' } },
      },
      { default: 'y' },
    ],
  ])('%s is given up, not waited for', (_how, schema, args) => {
    const startedMs = performance.now();
    expect(validate({ type: 'object', ...schema }, args)).toMatch(/^takes too many steps|^not compiled/);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it('in the place of data does not compile', () => {
    const schema = { type: 'object', default: { x: { $ref: '#' } } };
    expect(validate(schema, {})).toMatch(/^not compiled: "default" holds a reference/);
  });
});

describe('an ordinary schema with references', () => {
  const schema: JsonObject = {
    type: 'object',
    $defs: {
      node: { type: 'object', properties: { next: { $ref: '#/$defs/node' }, n: { type: 'number' } } },
    },
    properties: { list: { type: 'array', items: { $ref: '#/$defs/node' } }, enum: { enum: [{ a: 1 }] } },
  };

  it('judges as before', () => {
    expect(validate(schema, { list: [{ next: { n: 1 } }], enum: { a: 1 } })).toBe('satisfied');
    expect(validate(schema, { list: [{ next: { n: 'x' } }] })).toBe('must be number');
  });

  it('has its whole budget at every call', () => {
    const list = Array.from({ length: 9_000 }, () => ({ next: { n: 1 } }));
    for (let call = 0; call < 5; call += 1) expect(validate(schema, { list })).toBe('satisfied');
  });
});
