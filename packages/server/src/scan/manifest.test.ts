import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '@boomgate/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandOf, factsOf } from './manifest.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomgate-manifest-'));
  await writeFile(join(folder, 'a.js'), '#!/usr/bin/env -S node --no-warnings\n');
  await writeFile(join(folder, 'b.sh'), '#!/bin/sh\n');
});
afterAll(() => rm(folder, { recursive: true }));

describe('the command of a package', () => {
  const node = () => ({ ok: true, command: process.execPath, args: [join(folder, 'a.js')] });
  it.each<[string, Json]>([
    ['the only one', './a.js'],
    ['the only one, whatever its name', { other: 'a.js' }],
    ['the one with the base name of the package', { other: 'b.sh', server: 'a.js' }],
    ['one that has two names', { other: 'a.js', another: 'a.js' }],
  ])('is %s', async (_, bin) => {
    expect(await commandOf('@scope/server', folder, { bin })).toEqual(node());
  });

  it('is started by itself when it is for another program', async () => {
    const command = join(folder, 'b.sh');
    expect(await commandOf('x', folder, { bin: 'b.sh' })).toEqual({ ok: true, command, args: [] });
  });

  it('is looked at in its first line alone, however long it is', async () => {
    const file = join(folder, 'long.bin');
    await writeFile(file, '#!/usr/bin/env node\n');
    // More than can be read at once; on the disk it is as short as before.
    await truncate(file, 3 * 1024 ** 3);
    const command = { ok: true, command: process.execPath, args: [file] };
    expect(await commandOf('x', folder, { bin: 'long.bin' })).toEqual(command);
  });

  it.each<[string, Json]>([
    ['there is none', {}],
    ['none of several has the name', { one: 'a.js', two: 'b.sh' }],
    ['it is outside of the package', '../a.js'],
    ['it is no text', { server: 7 }],
  ])('is missing when %s', async (_, bin) => {
    expect(await commandOf('server', folder, { bin })).toMatchObject({ ok: false });
  });
});

describe('what a package says of itself', () => {
  it.each<[Json, string]>([
    ['git+https://github.com/a/b.git', 'https://github.com/a/b'],
    [{ type: 'git', url: 'git+ssh://git@github.com/a/b.git' }, 'https://github.com/a/b'],
    ['github:a/b', 'https://github.com/a/b'],
    ['a/b', 'https://github.com/a/b'],
  ])('has a repository for people: %j', (repository, shown) => {
    expect(factsOf({ repository })).toEqual({ repository: shown });
  });

  it('has version and licence, of every age', () => {
    expect(factsOf({ version: '1.0.0', license: { type: 'MIT' } })).toEqual({
      version: '1.0.0',
      licence: 'MIT',
    });
    expect(factsOf({ version: 1, license: ['MIT'] })).toEqual({});
  });
});
