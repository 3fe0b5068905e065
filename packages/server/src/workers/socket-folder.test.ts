import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MAIN_SOCKET, newSocketFolder } from './socket-folder.ts';

/** Listens at a path, says so, and is killed: the socket stays. */
const KILLED = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
const LONG_AGO = new Date(0);

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'boomgate-sockets-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const age = (path: string): Promise<void> => utimes(path, LONG_AGO, LONG_AGO);
const names = async (): Promise<readonly string[]> => (await readdir(parent)).sort();

function leaveSocket(folder: string): void {
  expect(() => execFileSync(process.execPath, ['-e', KILLED, join(folder, MAIN_SOCKET)])).toThrow();
}

it('is removed with the next one where the gateway was killed, and not before that can be known', async () => {
  const left = await newSocketFolder(parent);
  leaveSocket(left);
  const second = await newSocketFolder(parent);
  expect(await names()).toEqual([left, second].map((path) => basename(path)).sort());
  await age(left);
  const third = await newSocketFolder(parent);
  expect(await names()).toEqual([second, third].map((path) => basename(path)).sort());
});

it('stays where a gateway listens, and where one has not begun to', async () => {
  const living = await newSocketFolder(parent);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(living, MAIN_SOCKET), resolve));
  const empty = await newSocketFolder(parent);
  await age(living);
  await age(empty);
  await newSocketFolder(parent);
  expect(await names()).toEqual(expect.arrayContaining([living, empty].map((path) => basename(path))));
  await new Promise((resolve) => server.close(resolve));
});

it('is no link that somebody made, and nothing else of that name', async () => {
  const elsewhere = join(parent, 'elsewhere');
  await mkdir(elsewhere);
  leaveSocket(elsewhere);
  await age(elsewhere);
  await symlink(elsewhere, join(parent, 'boomgate-workers-link'));
  await writeFile(join(parent, 'boomgate-workers-file'), '');
  await newSocketFolder(parent);
  expect(await names()).toEqual(
    expect.arrayContaining(['boomgate-workers-file', 'boomgate-workers-link', 'elsewhere']),
  );
  expect(await readdir(elsewhere)).toEqual([MAIN_SOCKET]);
});
