import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, jsonTexts } from './canonical.ts';
import type { Json } from './json.ts';
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

  it('counts keys apart where they have a bound of their own', () => {
    const bounds = { ...BOUNDS, maxKeys: 2 };
    expect(readJson('{"a":1,"b":[1,2,3,4,5]}', bounds).ok).toBe(true);
    const message = 'the value has more than 2 keys';
    const fault = { code: 'too_many', message };
    expect(readJson('{"a":1,"b":{"c":1}}', bounds)).toEqual({ ok: false, fault });
  });

  it.each([
    ['{"\\u00e9":1}', { é: 1 }],
    ['{"a\\/b":{"\\"":[1,{"\\u0000":-2.5E+1}]}}', { 'a/b': { '"': [1, { '\0': -25 }] } }],
    ['{"\\n":"\\t\\\\\\b\\f\\r"}', { '\n': '\t\\\b\f\r' }],
    [
      ' {"\\ud83d\\ude00" : [ true , false , null , "" , { } , [ ] , -0 ] } ',
      { '😀': [true, false, null, '', {}, [], -0] },
    ],
    ['{"\\u0074oString":1}', { toString: 1 }],
    ['{"\\n !":" !"}', { '\n !': ' !' }],
    ['{"\\n"\r\n\t :\r1}', { '\n': 1 }],
    ['{"\\n":["\\\\","\\"","a","\\\\\\""]}', { '\n': ['\\', '"', 'a', '\\"'] }],
  ])('reads escaped keys, of which the platform is not asked: %s', (text, value) => {
    expect(readJson(text, { ...BOUNDS, maxItems: 20 })).toEqual({ ok: true, value });
  });

  it.each([
    '{"\\u00e9":1',
    '{"\\u00e9" 1}',
    '{"\\u00e":1}',
    '{"\\x":1}',
    '{"\\x0041":1}',
    '{"\\u00zz":1}',
    '{"\\n":trux}',
    '{"\\"":01}',
    '{"\\"":1.}',
    '{"\\"":1,}',
    '{"\\"":[1,]}',
    '{"\\"":tru}',
    '{"\\"":"a\nb"}',
    '{"\\"":1} 2',
    '{"\\":1}',
    '{"\\n":+1}',
    '{"\\n":\u00a01}',
    '{"\\n":"a\\x"}',
    '{"\\n":"\\n\n"}',
    '{"\\n":"a\\"}',
  ])('refuses what is no JSON beside an escaped key: %j', (text) => {
    expect(fault(text)).toBe('syntax');
  });

  it('keeps the source text of big numbers beside escaped keys', () => {
    const result = readJson('{"\\u0061":9007199254740993}', { ...BOUNDS, bigNumbers: 'pass' });
    expect(result.ok && JSON.stringify(result.value)).toBe('{"a":9007199254740993}');
    expect(fault('{"\\u0061":9007199254740993}')).toBe('unsafe_integer');
    expect(fault('{"\\u0061":1e400}')).toBe('number_overflow');
    expect(fault('{"\\u005f_proto__":1}')).toBe('forbidden_key');
  });

  it('keeps the source text of big numbers when they may pass', () => {
    const text = '{"id":9007199254740993,"n":1,"s":"x"}';
    const result = readJson(text, { ...BOUNDS, bigNumbers: 'pass' });
    expect(result.ok && JSON.stringify(result.value)).toBe(text);
    expect(result).toMatchObject({ value: { n: 1, s: 'x' } });
  });
});

describe('canonicalJson', () => {
  it('sorts keys by code unit at every depth and prints numbers as ECMAScript does', () => {
    const value = { b: [{ z: 1, a: 'é' }], 'a\u0000': 1e21, A: null };
    expect(canonicalJson(value)).toBe('{"A":null,"a\\u0000":1e+21,"b":[{"a":"é","z":1}]}');
  });

  it.each<[Json, string]>([
    [{ a: { z: 1, b: 2 } }, '{"a":{"b":2,"z":1}}'],
    [[1, { z: 1, b: [] }], '[1,{"b":[],"z":1}]'],
    [{ a: 1, b: { c: [{}, null, 'x'] } }, '{"a":1,"b":{"c":[{},null,"x"]}}'],
  ])('sorts also where only something inside is out of order: %j', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});

describe('jsonTexts', () => {
  it('gives the text of the platform beside the canonical one, whatever the values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (made) => {
        const value = made as Json; // a cast: the two types name the same values
        const { canonical, plain } = jsonTexts(value);
        expect(plain).toBe(JSON.stringify(value));
        expect(JSON.parse(canonical)).toEqual(JSON.parse(plain));
        expect(canonical).toBe(jsonTexts(JSON.parse(canonical)).canonical);
      }),
    );
  });

  it('escapes keys, and orders those that look like numbers as texts', () => {
    const value: Json = { 'b"\n': 1, 9: { z: 1, a: 2 }, 10: 0 };
    expect(jsonTexts(value)).toEqual({
      plain: '{"9":{"z":1,"a":2},"10":0,"b\\"\\n":1}',
      canonical: '{"10":0,"9":{"a":2,"z":1},"b\\"\\n":1}',
    });
  });
});
