import type { Format } from '@boomgate/catalogue/clients';
import { describe, expect, it } from 'vitest';
import { FILE_BYTES, TOML_BYTES } from './bounds.ts';
import { bytesOf, readDocument } from './document.ts';

const SECRET = 'CANARY-7f3a9c';
const problem = (format: Format, content: string | Uint8Array): string => {
  const read = readDocument('/f', typeof content === 'string' ? Buffer.from(content) : content, format);
  return read.ok ? 'none' : read.problem;
};

describe('a file that cannot be read', () => {
  it.each<[Format, string, string]>([
    ['json', `{ "a": 1,\n  ${SECRET} }`, '/f:2:3: '],
    ['json', `{ "${SECRET}": 1,\n  "${SECRET}": 2 }`, '/f:2:3: this key occurs twice in its object'],
    ['json', `{ "a": "${SECRET}`, '/f:1:8: '],
    ['json', `["${SECRET}"]`, '/f: expected an object at the top of the file'],
    ['toml', `[a]\nb = ${SECRET}`, '/f:2:5: '],
    ['toml', `"${SECRET}" = 1\n"${SECRET}" = 2`, '/f:2:1: defining a key multiple times is invalid'],
    ['yaml', `a: 1\nb: "${SECRET}`, '/f:2:'],
    ['yaml', `${SECRET}: 1\n${SECRET}: 2\n`, '/f:2:1: duplicate key'],
    ['yaml', `a: !${SECRET} 1\n`, '/f:1:4: '],
  ])('%s %j is named with its place and never quoted', (format, text, expected) => {
    const said = problem(format, text);
    expect(said.startsWith(expected), said).toBe(true);
    expect(said).not.toContain(SECRET);
    expect(said.split('\n')).toHaveLength(1);
  });

  it('holds other bytes than UTF-8', () => {
    expect(problem('json', Buffer.from([0x7b, 0xff, 0x7d]))).toBe(
      '/f: expected UTF-8 text, found other bytes',
    );
  });

  it.each<Format>(['json', 'toml', 'yaml'])('is nested too deeply for %s, which is no crash', (format) => {
    const text = `${format === 'toml' ? 'a = ' : ''}${'['.repeat(200_000)}`;
    expect(problem(format, text)).toMatch(/^\/f/);
  });

  it.each([
    ['json', FILE_BYTES],
    ['yaml', FILE_BYTES],
    ['toml', TOML_BYTES],
  ] as const)('is larger than %s may be', (format, most) => {
    expect(problem(format, Buffer.alloc(most + 1, ' '))).toBe(
      `/f: expected a file of at most ${most} bytes, found ${most + 1}`,
    );
    expect(problem(format, Buffer.alloc(most, ' '))).toBe('none');
  });

  it('repeats itself without end', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let depth = 1; depth < 12; depth += 1)
      lines.push(
        `${'abcdefghijkl'[depth]}: &${'abcdefghijkl'[depth]} [${`*${'abcdefghijkl'[depth - 1]},`.repeat(9)}]`,
      );
    expect(problem('yaml', lines.join('\n'))).toBe('/f: it repeats parts of itself too often to be read');
  });
});

describe('a file that can be read', () => {
  it('keeps its byte-order mark', () => {
    const bytes = Buffer.from('\uFEFF{"a":1}');
    const read = readDocument('/f', bytes, 'json');
    expect(read).toMatchObject({ ok: true, document: { bom: true, text: '{"a":1}', tree: { a: 1 } } });
    if (read.ok) expect(bytesOf(read.document, read.document.text)).toEqual(bytes);
  });

  it.each([
    ['keys', Array.from({ length: 40_000 }, (_, at) => `k${at}: 1`).join('\n')],
    ['faults', `{${','.repeat(300_000)}`],
  ])(
    'is read in time that grows with it and not with its square: YAML of many %s',
    (_, text) => {
      expect(problem('yaml', text) === 'none').toBe(text.startsWith('k'));
    },
    30_000,
  );

  it.each<Format>(['json', 'toml', 'yaml'])('may be empty: %s', (format) => {
    expect(readDocument('/f', Buffer.from('\n'), format)).toMatchObject({ ok: true, document: { tree: {} } });
  });

  it('has comments and trailing commas', () => {
    const read = readDocument('/f', Buffer.from('{ /* a */ "a": [1, ], // b\n }'), 'json');
    expect(read).toMatchObject({ ok: true, document: { tree: { a: [1] } } });
  });
});
