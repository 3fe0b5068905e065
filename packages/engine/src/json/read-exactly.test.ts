/** What the reader accepts and refuses at its bounds, for any value and however it is written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded, times } from '../../test/runs.ts';
import type { Json } from './json.ts';
import { type ReadBounds, readJson } from './read.ts';

const RUNS = times(1_500);

const word = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'rawJSON',
    'constructor',
    '',
    ':',
    ',',
    '{',
    '[',
    '"',
    '\\',
    'u',
    '\\u',
    '\n',
    '😀',
    'é',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const key = word.filter((text) => text !== '__proto__');
const scalar = fc.oneof(
  word,
  fc.integer(),
  fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
  fc.boolean(),
  fc.constant(null),
);
const { value: arbJson } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalar as fc.Arbitrary<Json>,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<Json>,
  ),
}));

/** How large a value is: the bounds that it just fits. */
function sizeOf(value: Json): ReadBounds {
  if (typeof value === 'string') return { ...EMPTY, maxStringLength: value.length };
  if (typeof value !== 'object' || value === null) return EMPTY;
  const names = Array.isArray(value) ? [] : Object.keys(value);
  const inner = Object.values(value).map((one) => sizeOf(one));
  const most = (numbers: readonly number[]) => Math.max(0, ...numbers);
  return {
    ...EMPTY,
    maxDepth: 1 + most(inner.map(({ maxDepth }) => maxDepth)),
    maxItems: inner.reduce((sum, { maxItems }) => sum + 1 + maxItems, 0),
    maxStringLength: most([...names.map(({ length }) => length), ...inner.map((one) => one.maxStringLength)]),
  };
}
const EMPTY: ReadBounds = { maxDepth: 0, maxItems: 0, maxStringLength: 0, bigNumbers: 'refuse' };

/** Writes a value with blanks and with as many escapes as the numbers say. */
function write(value: Json, escapes: readonly number[]): string {
  let next = 0;
  const chosen = () => escapes[next++ % escapes.length] ?? 0;
  const text = (one: string) =>
    `"${[...Array(one.length).keys()].map((at) => escaped(one.charAt(at), chosen())).join('')}"`;
  const blank = () => ['', '', ' ', '\n\t'][chosen() % 4];
  const written = (one: Json): string => {
    if (typeof one === 'string') return text(one);
    if (typeof one !== 'object' || one === null) return Object.is(one, -0) ? '-0' : JSON.stringify(one);
    if (Array.isArray(one)) return `[${blank()}${one.map(written).join(`${blank()},`)}]`;
    const members = Object.entries(one).map(([name, inner]) => `${text(name)}${blank()}:${written(inner)}`);
    return `{${members.join(`,${blank()}`)}${blank()}}`;
  };
  return written(value);
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '/': '\\/',
  '\t': '\\t',
};

function escaped(unit: string, choice: number): string {
  const mustBe = unit < ' ' || unit === '"' || unit === '\\';
  if (!mustBe && choice % 8 > 0) return unit;
  const hex = `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return choice % 3 === 0 ? hex : (SHORT[unit] ?? hex);
}

const written = fc.record({ value: arbJson, escapes: fc.array(fc.nat(23), { minLength: 1, maxLength: 9 }) });
/** No reader needs to be told that there may be nothing. */
const atLeastOne = (bounds: ReadBounds) => ({ ...bounds, maxItems: Math.max(1, bounds.maxItems) });
const codeOf = (text: string, bounds: ReadBounds) => {
  const result = readJson(text, atLeastOne(bounds));
  return result.ok ? 'accepted' : result.fault.code;
};

describe('readJson', () => {
  it('reads what was written, however it was escaped', () => {
    fc.assert(
      fc.property(
        written,
        fc.constantFrom('refuse' as const, 'pass' as const),
        ({ value, escapes }, bigNumbers) => {
          const text = write(value, escapes);
          expect(readJson(text, { ...atLeastOne(sizeOf(value)), bigNumbers })).toEqual({ ok: true, value });
        },
      ),
      seeded(RUNS),
    );
  });

  it('refuses what is one past a bound, and names the bound', () => {
    fc.assert(
      fc.property(written, ({ value, escapes }) => {
        const text = write(value, escapes);
        const size = sizeOf(value);
        const { maxDepth, maxItems, maxStringLength } = size;
        if (maxDepth > 0) expect(codeOf(text, { ...size, maxDepth: maxDepth - 1 })).toBe('too_deep');
        if (maxItems > 1) expect(codeOf(text, { ...size, maxItems: maxItems - 1 })).toBe('too_many');
        if (maxStringLength > 0)
          expect(codeOf(text, { ...size, maxStringLength: maxStringLength - 1 })).toBe('string_too_long');
      }),
      seeded(RUNS),
    );
  });

  it('refuses a key that an object has twice, at any depth and however it is escaped', () => {
    fc.assert(
      fc.property(written, key, fc.boolean(), ({ value, escapes }, name, isDeep) => {
        const own = write(name, escapes);
        const twice = `{${own}:${write(value, escapes)},${JSON.stringify(name)}:1}`;
        const text = isDeep ? `[{"in":${twice}}]` : twice;
        expect(codeOf(text, { ...EMPTY, maxDepth: 64, maxItems: 999, maxStringLength: 99 })).toBe(
          'duplicate_key',
        );
      }),
      seeded(RUNS),
    );
  });

  it('refuses half a surrogate pair in texts and keys, written as itself or escaped', () => {
    const bounds = { ...EMPTY, maxDepth: 3, maxItems: 9, maxStringLength: 99 };
    for (const half of ['\ud800', '\udfff', '\\ud800', '\\uDFFF', 'a\udc00\ud800', '\\ud83d\ud83d']) {
      for (const text of [
        `"${half}"`,
        `{"${half}":1}`,
        `{"a":["${half}"]}`,
        `{"\\u0061":"${half}"}`,
        `["\\n","${half}"]`,
      ]) {
        expect([text, codeOf(text, bounds)]).toEqual([text, 'lone_surrogate']);
      }
    }
    for (const text of ['"\\\\ud800"', '{"\\\\ud800":"\\\\"}', '"\ud83d\ude00"', '"\\ud83d\\ude00"']) {
      expect([text, codeOf(text, bounds)]).toEqual([text, 'accepted']);
    }
  });

  it('refuses a text that ends too early, wherever it does', () => {
    fc.assert(
      fc.property(written, fc.nat(), ({ value, escapes }, cut) => {
        const text = `[${write(value, escapes)}]`;
        const bounds = { ...EMPTY, maxDepth: 64, maxItems: 999, maxStringLength: 99 };
        expect(codeOf(text.slice(0, cut % text.length), bounds)).toBe('syntax');
      }),
      seeded(RUNS),
    );
  });

  it('asks no parser but its own about escaped keys, whatever was read before', () => {
    const bounds = { ...EMPTY, maxDepth: 3, maxItems: 9, maxStringLength: 9 };
    // V8 has been seen to take an escaped key for one of these.
    for (const earlier of ['{"\\\\":1}', '{"\\"":1}', '{"a":1}'])
      for (let times = 0; times < 3; times += 1) JSON.parse(earlier);
    for (const text of ['{"\\u00e9":1}', '{"a":"","\\u00e9":1}', '[{"\\u00e9":1},{"b":2}]']) {
      const read = readJson(text, bounds);
      expect(read.ok && JSON.stringify(read.value)).toBe(text.replace('\\u00e9', 'é'));
    }
  });

  it('says where the fault is', () => {
    const messages = ['{"a":1', '{"\\u0061":01}', '{"a" 1}'].map(messageOf);
    expect(messages).toEqual([
      expect.stringMatching(/^expected one JSON value, found a fault at (its end|offset 6)$/),
      'expected one JSON value, found a fault at offset 11',
      'expected one JSON value, found a fault at offset 5',
    ]);
  });

  it('says it at an offset where it reads by hand, for which a key has an escape and not only a text', () => {
    // The platform's parser has no offset for a text that breaks off before a value.
    const messages = ['{"\\u0061":', '{"a":1,"\\n":', '{"a":"\\n","b":', '["\\n",'].map(messageOf);
    expect(messages.map((message) => /found a fault (.*)/.exec(message)?.[1])).toEqual([
      'at offset 10',
      'at offset 12',
      'at its end',
      'at its end',
    ]);
    expect(messageOf('{"\\n":"a\nb"}')).toContain('at offset 8');
  });

  it('says it where the platform has no offset for it', () => {
    const texts = ['{"a":}', '\ufeff{}', '[1,]', '{"a":tru}', '[1,', '{"a":1,"a":}'];
    expect(texts.map((text) => /found a fault (.*)/.exec(messageOf(text))?.[1])).toEqual([
      'at offset 5',
      'at offset 0',
      'at offset 3',
      'at offset 5',
      'at its end',
      'in it',
    ]);
  });

  function messageOf(text: string): string {
    const result = readJson(text, { ...EMPTY, maxDepth: 3, maxItems: 9, maxStringLength: 9 });
    return result.ok ? '' : result.fault.message;
  }

  it('reads every key as it is written, whatever was read before', () => {
    const bounds = { ...EMPTY, maxDepth: 4, maxItems: 99, maxStringLength: 99 };
    for (const name of ['aa', 'ab', 'a\\', 'a"', 'a\n', '\\u0061', 'é', 'aa']) {
      for (const text of [
        `[{${JSON.stringify(name)}:1},{"\\u0061\\u0061":2}]`,
        `{"x":{${JSON.stringify(name)}:1}}`,
      ]) {
        const read = readJson(text, bounds);
        const shown = read.ok ? JSON.stringify(read.value) : read.fault.code;
        expect(shown).toBe(text.replaceAll('"\\u0061\\u0061"', '"aa"'));
      }
    }
  });

  it('takes numbers by their size, in both spellings of a bound', () => {
    const judged = (number: string, bigNumbers: 'refuse' | 'pass') =>
      codeOf(`[${number}]`, { ...EMPTY, maxDepth: 1, maxItems: 1, bigNumbers });
    expect(
      ['9007199254740991', '-9007199254740991', '0.5', '1e15', '1.5e300'].map((text) =>
        judged(text, 'refuse'),
      ),
    ).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'unsafe_integer']);
    expect(
      ['9007199254740992', '-9007199254740993', '1e21', '1e999', '-1e999'].map((text) =>
        judged(text, 'refuse'),
      ),
    ).toEqual(['unsafe_integer', 'unsafe_integer', 'unsafe_integer', 'number_overflow', 'number_overflow']);
    expect(judged('9007199254740993', 'pass')).toBe('accepted');
    expect(judged('1e999', 'pass')).toBe('number_overflow');
  });
});
