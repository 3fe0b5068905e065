import type { Json } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { argumentsOf, classify } from './index.ts';
import { wordsOfName } from './text.ts';

const classOf = (inputSchema: Json) => classify({ name: 'item', description: 'An item.', inputSchema }).class;
const namesOf = (schema: Json) => argumentsOf(schema, wordsOfName).map(({ name }) => name);
const CHOICES = { enum: ['get', 'delete'] };
const refersTo = (inner: Json): Json => ({
  properties: { a: { $ref: '#/$defs/A~1B' } },
  $defs: { 'A/B': inner },
});

describe('an action with "delete" among its choices is Destructive', () => {
  it.each<[string, Json]>([
    [
      'as a union of constants',
      { properties: { action: { anyOf: [{ const: 'get' }, { const: 'delete' }] } } },
    ],
    ['where it may be null', { properties: { action: { anyOf: [CHOICES, { type: 'null' }] } } }],
    ['by reference', { properties: { action: { $ref: '#/$defs/A' } }, $defs: { A: CHOICES } }],
    ['as a list', { properties: { actions: { items: CHOICES } } }],
    ['in one form of several', { oneOf: [{}, { properties: { action: { const: 'delete' } } }] }],
    ['in a part of the schema', { allOf: [{ properties: { action: CHOICES } }] }],
    ['in the one object that holds all', refersTo({ properties: { mode: CHOICES } })],
    [
      'of each of several steps',
      { properties: { id: {}, steps: { items: { properties: { op: CHOICES } } } } },
    ],
  ])('%s', (_, schema) => {
    expect(classOf(schema)).toBe('Destructive');
  });

  it('but not as a part that says how something is done; by a reference to elsewhere it is any action', () => {
    const part = { properties: { mode: CHOICES, delete_all: { type: 'boolean' } } };
    expect(classOf({ properties: { id: {}, options: part } })).toBe('Read');
    expect(classOf({ properties: { action: { $ref: 'https://example.com/a#/$defs/A' } } })).toBe('Execute');
  });

  it('as a switch that may be null', () => {
    const purge = { anyOf: [{ type: 'boolean' }, { type: 'null' }] };
    expect(classOf({ properties: { purge } })).toBe('Destructive');
  });
});

describe('the arguments of a schema', () => {
  it('come with those within them behind them, each once', () => {
    const tree: Json = { properties: { name: {}, children: { items: { $ref: '#' } } } };
    expect(namesOf(tree)).toEqual(['name', 'children']);
    const inner = { properties: { b: { properties: { c: { properties: { d: {} } } } }, e: {} } };
    expect(namesOf({ properties: { a: inner, f: {} } })).toEqual(['a', 'f', 'a.b', 'a.e', 'a.b.c']);
  });

  it('end where a reference leads in a circle or nowhere', () => {
    const circle: Json = { properties: { a: { $ref: '#/$defs/A' } }, $defs: { A: { $ref: '#/$defs/A' } } };
    expect(namesOf(circle)).toEqual(['a']);
    expect(namesOf({ properties: { a: { $ref: '#/$defs/none' } }, $ref: '#' })).toEqual(['a']);
  });

  it('are as they are said first, with all choices', () => {
    const schema: Json = {
      oneOf: ['x', 'y'].map((only) => ({
        required: ['kind'],
        properties: { kind: { const: only, description: only } },
      })),
    };
    expect(argumentsOf(schema, wordsOfName)).toEqual([
      expect.objectContaining({ name: 'kind', choices: ['x', 'y'], description: 'x', required: true }),
    ]);
  });
});
