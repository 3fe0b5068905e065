import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutLines, type LineEnds } from './lines.ts';

function collect(
  keptBytes: number,
  chunks: readonly Buffer[],
  { isKnown = true, readBytes = keptBytes } = {},
): { lines: string[]; long?: LineEnds[]; tooLong: number } {
  const long: LineEnds[] = [];
  const seen = { lines: [] as string[], ...(readBytes > keptBytes ? { long } : {}), tooLong: 0 };
  const bounds = { keptBytes, readBytes };
  const cut = cutLines(bounds, {
    onLine: (line) => seen.lines.push(line),
    onLong: (ends) => {
      long.push(ends);
      return isKnown;
    },
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

  it('reads on after a line above the cap, of which it knows the ends, unless nobody knows what that was', () => {
    const middle = 'm'.repeat(3_000);
    const text = Buffer.from(`a\n<${middle}>\nb\n`);
    for (const size of [1, 7, 255, 5_000]) {
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
        text.subarray(at * size, (at + 1) * size),
      );
      const long = [{ head: `<${'m'.repeat(255)}`, tail: `${'m'.repeat(255)}>` }];
      const read = { readBytes: 4_000 };
      expect(collect(300, chunks, read)).toEqual({ lines: ['a', 'b'], long, tooLong: 0 });
      expect(collect(300, chunks, { ...read, isKnown: false })).toEqual({ lines: ['a'], long, tooLong: 0 });
      expect(collect(300, chunks, { readBytes: 2_000 })).toEqual({ lines: ['a'], long: [], tooLong: 1 });
    }
  });

  it('keeps a line without an end for later', () => {
    expect(collect(10, [Buffer.from('a\nb')])).toEqual({ lines: ['a'], tooLong: 0 });
  });
});
