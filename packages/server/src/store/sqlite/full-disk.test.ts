/** What is written while the disk has room for a part alone, which the system says by a number and not by an error. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClock } from '../conformance/index.ts';
import { writeBackup } from './backup/index.ts';
import { keysFileIn } from './keys-file.ts';
import { openSqliteStore } from './open.ts';

/** Bytes of the blocks in which a shell bounds how long a file may become. */
const BLOCK = 512;
const moduleAt = (path: string): string => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomgate-full-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs a program that can make no file longer than that; what it says, or throws. */
function withRoomFor(blocks: number, program: string): string {
  const bounded = 'ulimit -f "$0" && exec "$@"';
  const args = ['-c', bounded, String(blocks), process.execPath, '--input-type=module', '-e', program];
  return execFileSync('sh', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { NODE_DISABLE_COMPILE_CACHE: '1' },
  });
}

describe.skipIf(process.platform === 'win32')('on a full disk', () => {
  it('keys stay as they were when their file cannot be exchanged', () => {
    const file = keysFileIn(folder, undefined);
    const before = { one: 'a'.repeat(44) };
    file.write(before);
    const program = `
      const { keysFileIn } = await import(${moduleAt('./keys-file.ts')});
      keysFileIn(${JSON.stringify(folder)}, undefined).write({ one: ${JSON.stringify('b'.repeat(BLOCK))} });`;
    expect(() => withRoomFor(1, program)).toThrow('EFBIG');
    expect(file.read()).toEqual(before);
    expect(readdirSync(folder)).toEqual(['keys.json']);
  });

  it('a backup of which the last bytes found no room is not made', async () => {
    const clock = new TestClock();
    const data = join(folder, 'data');
    await (await openSqliteStore({ directory: data, clock }))[Symbol.asyncDispose]();
    const [whole, cut] = [join(folder, 'whole.backup'), join(folder, 'cut.backup')];
    await writeBackup({ directory: data, file: whole, version: '1', clock });
    const blocks = statSync(whole).size / BLOCK;
    const made = (file: string): string => `
      const { writeBackup } = await import(${moduleAt('./backup/index.ts')});
      const clock = { wallMs: () => ${clock.wallMs()}, monotonicMs: () => 0 };
      const made = { directory: ${JSON.stringify(data)}, file: ${JSON.stringify(file)}, version: '1', clock };
      console.log((await writeBackup(made)).bytes);`;
    expect(() => withRoomFor(blocks - 1, made(cut))).toThrow(/full|EFBIG|too large/);
    expect(existsSync(cut)).toBe(false);
    await rm(whole);
    expect(withRoomFor(blocks, made(whole))).toBe(`${blocks * BLOCK}\n`);
    expect(readFileSync(whole)).toHaveLength(blocks * BLOCK);
  });
});
