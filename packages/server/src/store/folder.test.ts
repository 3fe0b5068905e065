import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from './folder.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'boomgate-folder-'));
});
afterEach(() => rmSync(place, { recursive: true }));

describe('a folder', () => {
  it('is made with those above it, for its owner, and stays when it is there', () => {
    const folder = join(place, 'a', 'b', 'c');
    for (let time = 0; time < 2; time += 1) makeFolder(folder, 0o700);
    for (const made of [folder, join(place, 'a')]) expect(statSync(made).mode & 0o777).toBe(0o700);
    symlinkSync(folder, join(place, 'link'));
    makeFolder(join(place, 'link'), 0o700);
  });

  it('is refused where a file has its name, or that of one above it', () => {
    writeFileSync(join(place, 'file'), '');
    expect(() => makeFolder(join(place, 'file'), 0o700)).toThrow(/EEXIST/);
    expect(() => makeFolder(join(place, 'file', 'a'), 0o700)).toThrow(/ENOTDIR/);
  });

  // In a process of its own: a loop in this one would never be timed out.
  it.skipIf(process.platform !== 'linux')('is refused at once where the system takes no names', () => {
    const code = `import { makeFolder } from ${JSON.stringify(new URL('folder.ts', import.meta.url).href)};
      try { makeFolder('/proc/boomgate/data', 0o700); } catch (error) { process.stdout.write(error.code); }`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 10_000 });
    expect(String(stdout)).toBe('ENOENT');
  });
});
