import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical.ts';
import { type ReadBounds, readJson } from './read.ts';

const BOUNDS: ReadBounds = { maxDepth: 4, maxItems: 8, maxStringLength: 16, bigNumbers: 'refuse' };
const fault = (text: string, bounds = BOUNDS) => {
  const result = readJson(text, bounds);
  return result.ok ? 'accepted' : result.fault.code;
};

describe('readJson', () => {
  it('reads every JSON type as the platform does', () => {
    const text = '{"a":[1,-2.5e1,"x\\u00e9\\n",true,null],"b":{}}';
    expect(readJson(text, BOUNDS)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it.each([
    ['{"a":1,"a":2}', 'duplicate_key'],
    ['{"name":1,"n\\u0061me":2}', 'duplicate_key'],
    ['{"a":{"b":1,"b":{"c":1}}}', 'duplicate_key'],
    ['[{"__proto__":1}]', 'forbidden_key'],
    ['"\\ud800"', 'lone_surrogate'],
    ['{"\\udc00":1}', 'lone_surrogate'],
    ['1e400', 'number_overflow'],
    ['9007199254740993', 'unsafe_integer'],
    ['-9007199254740992', 'unsafe_integer'],
    ['[[[[[1]]]]]', 'too_deep'],
    ['[1,2,3,4,5,6,7,8,9]', 'too_many'],
    ['"12345678901234567"', 'string_too_long'],
    ['', 'syntax'],
    ['{} {}', 'syntax'],
    ['\ufeff{}', 'syntax'],
    ['[1,]', 'syntax'],
    ['{"a":1 // x\n}', 'syntax'],
    ['NaN', 'syntax'],
    ['01', 'syntax'],
    ['"a\nb"', 'syntax'],
    ['"unclosed', 'syntax'],
  ])('refuses %j as %s', (text, code) => {
    expect(fault(text)).toBe(code);
  });

  it.each([
    '[[[[1]]]]',
    '[1,2,3,4,5,6,7,8]',
    '"1234567890123456"',
    '9007199254740991',
    '{"a:b":"{,\\"[:"}',
    '"\\ud83d\\ude00"',
  ])('accepts %j, which is at the limit', (text) => {
    expect(fault(text)).toBe('accepted');
  });

  it('keeps the source text of big numbers when they may pass', () => {
    const result = readJson('{"id":9007199254740993,"n":1}', { ...BOUNDS, bigNumbers: 'pass' });
    expect(result.ok && JSON.stringify(result.value)).toBe('{"id":9007199254740993,"n":1}');
  });
});

describe('canonicalJson', () => {
  it('sorts keys by code unit at every depth and prints numbers as ECMAScript does', () => {
    const value = { b: [{ z: 1, a: 'é' }], 'a\u0000': 1e21, A: null };
    expect(canonicalJson(value)).toBe('{"A":null,"a\\u0000":1e+21,"b":[{"a":"é","z":1}]}');
  });
});
