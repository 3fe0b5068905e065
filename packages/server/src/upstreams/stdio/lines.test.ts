import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutLines } from './lines.ts';

function collect(maxBytes: number, chunks: readonly Buffer[]): { lines: string[]; tooLong: number } {
  const seen = { lines: [] as string[], tooLong: 0 };
  const cut = cutLines(maxBytes, {
    onLine: (line) => seen.lines.push(line),
    onTooLong: () => {
      seen.tooLong += 1;
    },
  });
  for (const chunk of chunks) cut(chunk);
  return seen;
}

describe('cutLines', () => {
  it('gives the same lines however the stream is cut into chunks', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\n', ''));
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 8 }),
        fc.array(fc.nat(200), { maxLength: 6 }),
        (lines, cuts) => {
          const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
          const places = [
            0,
            ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
            bytes.length,
          ];
          const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
          expect(collect(1_000, chunks)).toEqual({ lines, tooLong: 0 });
        },
      ),
    );
  });

  it('takes a line at the cap and refuses one byte more, once', () => {
    expect(collect(4, [Buffer.from('abcd\n')])).toEqual({ lines: ['abcd'], tooLong: 0 });
    expect(collect(4, [Buffer.from('abc'), Buffer.from('de'), Buffer.from('\nx\n')])).toEqual({
      lines: [],
      tooLong: 1,
    });
  });

  it('keeps a line without an end for later', () => {
    expect(collect(10, [Buffer.from('a\nb')])).toEqual({ lines: ['a'], tooLong: 0 });
  });
});
