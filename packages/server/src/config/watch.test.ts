import { mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../test/support/programs.ts';
import { lookAt, watchFiles } from './watch.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomgate-watch-'));
  file = join(folder, 'file');
  await writeFile(file, 'at first');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('tells of what an editor renames over the file, and of a link that is switched, once each', async () => {
  const [other, link] = [join(folder, 'other'), join(folder, 'link')];
  await writeFile(other, 'of the other');
  await symlink(file, link);
  const read: string[] = [];
  await using _ = watchFiles(() => [link], {
    changed: async () => void read.push(await readFile(link, 'utf8')),
    from: await lookAt([link]),
  });
  await writeFile(`${file}.new`, 'renamed!');
  await rename(`${file}.new`, file);
  await until(() => read.length === 1);
  await symlink(other, `${link}.new`);
  await rename(`${link}.new`, link);
  await until(() => read.length === 2);
  expect(read).toEqual(['renamed!', 'of the other']);
});

it('tells of what is written while the file before it is put in force', async () => {
  const read: string[] = [];
  await using _ = watchFiles(() => [file], {
    changed: async () => {
      read.push(await readFile(file, 'utf8'));
      if (read.length === 1) await writeFile(file, 'all of it');
    },
    from: await lookAt([file]),
  });
  await writeFile(file, '');
  await until(() => read.length === 2);
  expect(read).toEqual(['', 'all of it']);
});

it('tells of a file once where it names others from then on', async () => {
  const named = join(folder, 'named');
  await writeFile(named, 'x');
  const files = [file];
  let told = 0;
  await using _ = watchFiles(() => files, {
    changed: async () => {
      told += 1;
      if (told === 1) files.push(named);
    },
    from: await lookAt(files),
  });
  await writeFile(file, 'names another');
  await until(() => told === 1);
  await writeFile(named, 'changed');
  await until(() => told === 2);
  expect(told).toBe(2);
});

it('tells of what was written between the reading and the watching', async () => {
  const from = await lookAt([file]);
  await writeFile(file, 'while the store was opened');
  const read: string[] = [];
  await using _ = watchFiles(() => [file], {
    changed: async () => void read.push(await readFile(file, 'utf8')),
    from,
  });
  await until(() => read.length === 1);
  expect(read).toEqual(['while the store was opened']);
});
