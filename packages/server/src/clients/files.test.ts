import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FILE_BYTES } from './bounds.ts';
import { backUp, type ClientFile, readClientFile, replaceClientFile } from './files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomgate-clients-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(content: string, mode = 0o644): Promise<ClientFile> {
  const path = join(folder, 'mcp.json');
  await writeFile(path, content);
  await chmod(path, mode);
  const found = await readClientFile(path);
  if (found.kind !== 'found') throw new Error(found.kind);
  return found.file;
}

describe("a client's file", () => {
  it('is replaced whole, with its mode, and nothing beside it is left', async () => {
    const before = await file('old', 0o640);
    expect(await replaceClientFile(before, Buffer.from('new'))).toEqual({ ok: true });
    expect(await readFile(before.path, 'utf8')).toBe('new');
    expect((await stat(before.path)).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(['mcp.json']);
  });

  it('is not replaced when it is no longer as it was read', async () => {
    const before = await file('old');
    await writeFile(before.path, 'other');
    expect(await replaceClientFile(before, Buffer.from('new'))).toMatchObject({
      ok: false,
      problem: expect.stringContaining('another program changed it meanwhile'),
    });
    expect(await readFile(before.path, 'utf8')).toBe('other');
    expect(await readdir(folder)).toEqual(['mcp.json']);
  });

  it('is read where its links lead', async () => {
    const before = await file('old');
    await symlink(before.path, join(folder, 'link'));
    expect(await readClientFile(join(folder, 'link'))).toMatchObject({
      kind: 'found',
      file: { path: before.path },
    });
    await symlink(join(folder, 'loop'), join(folder, 'loop'));
    expect(await readClientFile(join(folder, 'loop'))).toMatchObject({ kind: 'faulty' });
  });

  it('is backed up for its owner alone, and never over another backup', async () => {
    const before = await file('old', 0o644);
    const kept = await backUp(before, 'now');
    expect((await stat(kept.path)).mode & 0o777).toBe(0o600);
    expect(await readFile(kept.path, 'utf8')).toBe('old');
    expect(await backUp(before, 'now')).toMatchObject({
      ok: false,
      problem: expect.stringContaining('it already exists; choose another name'),
    });
  });

  it('is missing, a folder, or too large, each in words', async () => {
    expect(await readClientFile(join(folder, 'none'))).toEqual({ kind: 'missing' });
    expect(await readClientFile(folder)).toEqual({
      kind: 'faulty',
      problem: `${folder}: expected a file, found something else`,
    });
    const large = join(folder, 'large');
    await writeFile(large, Buffer.alloc(FILE_BYTES + 1));
    expect(await readClientFile(large)).toMatchObject({
      problem: `${large}: expected a file of at most ${FILE_BYTES} bytes, found ${FILE_BYTES + 1}`,
    });
    await writeFile(large, Buffer.alloc(FILE_BYTES));
    expect(await readClientFile(large)).toMatchObject({ kind: 'found' });
  });
});
