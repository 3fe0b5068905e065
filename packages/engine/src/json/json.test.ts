import { describe, expect, it } from 'vitest';
import { isJsonObject, jsonType, ownProperty } from './json.ts';
import { parseByHand } from './own-parser.ts';
import { rawNumber } from './raw-number.ts';

describe('a JSON value', () => {
  it.each([
    [null, 'null'],
    [[], 'array'],
    [{}, 'object'],
    ['', 'string'],
    [0, 'number'],
    [false, 'boolean'],
  ] as const)('%j is of type %s, and an object only if it is that', (value, type) => {
    expect(jsonType(value)).toBe(type);
    expect(isJsonObject(value)).toBe(type === 'object');
  });

  it('is no object when it is a number that is kept as its text', () => {
    expect(isJsonObject(rawNumber('12345678901234567890'))).toBe(false);
  });

  it('has its own properties and none that it inherits', () => {
    expect(ownProperty({ a: 1 }, 'a')).toBe(1);
    expect(ownProperty({ a: 1 }, 'constructor')).toBeUndefined();
  });
});

describe('a text that is read by hand', () => {
  it.each([
    ['{"a":1,"a":2}', 'duplicate_key', 7],
    ['[{"__proto__":1}]', 'forbidden_key', 2],
    ['{1:2}', 'syntax', 1],
    ['[1}', 'syntax', 2],
  ])('%s is refused where it is wrong', (text, fault, offset) => {
    expect(parseByHand(text, false)).toEqual({ ok: false, fault, offset });
  });
});
