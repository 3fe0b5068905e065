import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { LINE_BYTES, LOT_BYTES } from './bounds.ts';
import { readTexts } from './texts.ts';

it('a lot of lines is bounded also where there is nothing in them', async () => {
  const blank = 1_000_000;
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-texts-'));
  try {
    const file = join(folder, 'blank.gz');
    await writeFile(file, gzipSync(`{"name":"a/a"}\n${'\n'.repeat(blank)}`));
    const read = await readTexts(file);
    if (read.kind !== 'lines') throw new Error('expected lines');
    const lots: { readonly first: number; readonly lines: number }[] = [];
    for await (const { first, texts } of read.lots) lots.push({ first, lines: texts.length });
    expect(Math.max(...lots.map(({ lines }) => lines))).toBeLessThanOrEqual(
      Math.ceil(LOT_BYTES / LINE_BYTES),
    );
    const { first = 0, lines = 0 } = lots.at(-1) ?? {};
    expect(first + lines - 1).toBe(blank + 1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
