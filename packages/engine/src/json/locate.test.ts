import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locateJson } from './locate.ts';

const BOUNDS = { maxDepth: 4, maxBytes: 200 };

function fault(text: string) {
  const result = locateJson(text, BOUNDS);
  if (result.ok) throw new Error(`expected a fault in ${text}`);
  return result.fault;
}

describe('a JSON document that is read with places', () => {
  it('gives the tree', () => {
    const text = ' {"a": [1, -0.5e1, "x\\u00e9\\n", true, false, null], "b": {}, "": []} ';
    const result = locateJson(text, BOUNDS);
    expect(result.ok && result.value).toEqual(JSON.parse(text));
  });

  it('says where the value and the key of a pointer are', () => {
    const result = locateJson('{\n  "a/b": [1,\n    {"~": "é", "x": 2}]\n}', BOUNDS);
    if (!result.ok) throw new Error(result.fault.message);
    expect(result.locate('')).toEqual({ line: 1, column: 1 });
    expect(result.locate('/a~1b')).toEqual({ line: 2, column: 10 });
    expect(result.locate('/a~1b', 'key')).toEqual({ line: 2, column: 3 });
    expect(result.locate('/a~1b/1/~0')).toEqual({ line: 3, column: 11 });
    expect(result.locate('/a~1b/1/x', 'key')).toEqual({ line: 3, column: 16 });
    expect(result.locate('/a~1b/0', 'key')).toEqual({ line: 2, column: 11 });
    expect(result.locate('/nothing')).toBeUndefined();
  });

  it.each([
    ['', 'syntax', /expected a value, found the end/, 1, 1],
    [
      '{"a":1',
      'syntax',
      /expected "," or "}", found the end of the text; the "{" of line 1 is not closed/,
      1,
      7,
    ],
    ['{"a":1\n"b":2}', 'syntax', /found a double quote; a "," may be missing before it/, 2, 1],
    ['{"a":1,\n"b":[1}', 'syntax', /expected "," or "]", found "}"$/, 2, 7],
    ['{"a":1,\n"b":{"c":[1]', 'syntax', /the "{" of line 2 is not closed/, 2, 13],
    ['{"a":1}\n\n x', 'syntax', /expected the end after the value, found "x" without quotes/, 3, 2],
    ['{"a" 1}', 'syntax', /expected ":" after the key "a", found "1"/, 1, 6],
    ['{a: 1}', 'syntax', /expected a key in double quotes, found "a" without quotes/, 1, 2],
    ["{'a': 1}", 'syntax', /a single quote; JSON strings stand in double quotes/, 1, 2],
    ['{“a”: 1}', 'syntax', /typographic quote/, 1, 2],
    ['[1 2]', 'syntax', /expected "," or "]", found "2"/, 1, 4],
    ['[1,\n]', 'syntax', /no trailing comma/, 1, 3],
    ['{"a":1,}', 'syntax', /no trailing comma/, 1, 7],
    ['[,1]', 'syntax', /expected a value, found ","/, 1, 2],
    ['// note\n{}', 'syntax', /found a comment/, 1, 1],
    ['{"a": /* x */ 1}', 'syntax', /found a comment/, 1, 7],
    ['{} # note', 'syntax', /found a comment/, 1, 4],
    ['\uFEFF{}', 'syntax', /byte order mark/, 1, 1],
    ['"a\nb"', 'syntax', /found a line break; write it as an escape/, 1, 3],
    ['"a\u0000b"', 'syntax', /control character U\+0000/, 1, 3],
    ['"a\\x41"', 'syntax', /expected an escape/, 1, 3],
    ['"abc', 'syntax', /closing double quote, found the end/, 1, 1],
    ['01', 'syntax', /expected a number such as .* found 01/, 1, 1],
    ['1.', 'syntax', /found 1\./, 1, 1],
    ['-', 'syntax', /found -/, 1, 1],
    ['0x10', 'syntax', /found 0x10/, 1, 1],
    ['[NaN]', 'syntax', /a value that JSON does not have/, 1, 2],
    ['[True]', 'syntax', /a word of Python/, 1, 2],
    ['{"a":1,"b":2,"\\u0061":3}', 'duplicate_key', /the key "a" occurs twice/, 1, 14],
    ['{"x":{"__proto__":1}}', 'forbidden_key', /"__proto__" is not allowed/, 1, 7],
    ['{"\\u005f_proto__":1}', 'forbidden_key', /"__proto__" is not allowed/, 1, 2],
    ['["\\ud800"]', 'bad_value', /half of a surrogate pair/, 1, 2],
    ['["\ud800"]', 'bad_value', /half of a surrogate pair/, 1, 2],
    ['{"\\udc00":1}', 'bad_value', /half of a surrogate pair/, 1, 2],
    ['[1e999]', 'bad_value', /too large to be represented/, 1, 2],
    ['[9007199254740992]', 'bad_value', /beyond ±\(2\^53−1\)/, 1, 2],
    ['[[[[[1]]]]]', 'too_deep', /at most 4 nested/, 1, 5],
    [`"${'x'.repeat(199)}"`, 'too_large', /at most 200 bytes, found 201/, 1, 1],
    [`"${'é'.repeat(100)}"`, 'too_large', /at most 200 bytes, found 202/, 1, 1],
  ])('refuses %j', (text, code, message, line, column) => {
    const found = fault(text);
    expect(found).toMatchObject({ code, line, column });
    expect(found.message).toMatch(message);
  });

  it('takes what lies exactly at a bound', () => {
    expect(locateJson('[[[[1]]]]', BOUNDS).ok).toBe(true);
    expect(locateJson(`"${'x'.repeat(198)}"`, BOUNDS).ok).toBe(true);
    expect(locateJson('[9007199254740991, -9007199254740991, 1.5e300]', BOUNDS).ok).toBe(false);
    expect(locateJson('[9007199254740991, -9007199254740991]', BOUNDS).ok).toBe(true);
  });

  it('takes blanks wherever there may be some, and counts as nested only what is', () => {
    const text = ' [ { } , [ ] , { "a" : 1 , "b" : [ ] } , [ [ ] , [ ] ] , [ ] ] ';
    const result = locateJson(text, { maxDepth: 3, maxBytes: 200 });
    expect(result.ok && result.value).toEqual(JSON.parse(text));
  });

  it('keeps the names that objects inherit as ordinary keys', () => {
    const result = locateJson('{"constructor": 1, "toString": 2, "hasOwnProperty": 3}', BOUNDS);
    expect(result.ok && Object.entries(result.value as object)).toEqual([
      ['constructor', 1],
      ['toString', 2],
      ['hasOwnProperty', 3],
    ]);
  });

  it('names the pointer of the value that holds the fault', () => {
    expect(fault('{"tools":{"a/b":[1,{"x":01}]}}').pointer).toBe('/tools/a~1b/1/x');
  });

  const wide = { maxDepth: 64, maxBytes: 1 << 20 };

  it('agrees with the platform on every value', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), fc.nat(4), (text, indent) => {
        const value: unknown = JSON.parse(text);
        const result = locateJson(JSON.stringify(value, null, indent), wide);
        if (result.ok) expect(JSON.stringify(result.value)).toBe(JSON.stringify(value));
        else expect(['bad_value', 'forbidden_key']).toContain(result.fault.code);
      }),
      { numRuns: 50 },
    );
  });

  it('never throws, and takes nothing that the platform refuses', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '1',
      '-',
      '.',
      'e',
      '\\',
      'u0041',
      'true',
      ' ',
      '\n',
      'a',
      '/',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        if (locateJson(text, wide).ok) JSON.parse(text);
      }),
      { numRuns: 500 },
    );
  });
});
