import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { readBytes } from './read-bytes.ts';

const run = promisify(execFile);

it.skipIf(process.platform === 'win32')(
  'a pipe is read to its end by whoever writes, and given up where nobody does',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boomgate-pipe-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const pipe = join(folder, 'pipe');
    await run('mkfifo', [pipe]);
    await expect(readBytes(pipe, 40)).rejects.toThrow('nothing came within 40 ms');
    const read = readBytes(pipe);
    await run('sh', ['-c', 'printf a > "$0"', pipe]);
    expect(String(await read)).toBe('a');
    await writeFile(join(folder, 'empty'), '');
    expect(String(await readBytes(join(folder, 'empty')))).toBe('');
  },
);
