import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kept } from '@boomgate/server/kept';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openOutput } from '../terminal/index.ts';
import { writeExport } from './export.ts';

let folder: string;
let said: string;
const kept = new Kept();
const colour = { stdout: false, stderr: false };
const say = (text: string): void => {
  said += text;
};
const world = {
  keep: kept.keep,
  show: { json: false, quiet: false, colour, width: 80 },
  output: openOutput({ stdout: say, stderr: say }, { width: 80, colour, quiet: false }),
  writeLine: async (line: string) => say(`${line}\n`),
  fail: (message: string) => {
    say(message);
    return 2 as const;
  },
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomgate-export-'));
  said = '';
});
afterEach(async () => {
  await kept[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const planned = () => ({ file: join(folder, 'log.ndjson'), format: 'ndjson' }) as const;

it('writes all lines to a file', async () => {
  async function* lines() {
    yield '1\n';
    yield '2\n';
  }
  expect(await writeExport(planned(), lines(), world)).toBe(0);
  expect(await readFile(planned().file, 'utf8')).toBe('1\n2\n');
  expect(said).toBe(`${planned().file}: 2 rows as ndjson\n`);
});

it('says in JSON what it wrote, where that is wanted', async () => {
  async function* lines() {
    yield 'a,b\n';
    yield '1,2\n';
  }
  const plan = { ...planned(), format: 'csv' } as const;
  expect(await writeExport(plan, lines(), { ...world, show: { ...world.show, json: true } })).toBe(0);
  expect(JSON.parse(said)).toEqual({ file: plan.file, rows: 1, format: 'csv' });
});

it('says that the folder is missing and not the file, which it would make', async () => {
  async function* lines() {
    yield '1\n';
  }
  const file = join(folder, 'nowhere', 'log.ndjson');
  expect(await writeExport({ ...planned(), file }, lines(), world)).toBe(2);
  expect(said).toBe(`${file}: cannot be written: there is no such folder`);
});

it('leaves no beginning behind that somebody could take for all of it, when a signal ends it', async () => {
  async function* lines() {
    yield '1\n';
    // Only listeners hear it: it ends nothing else.
    process.emit('SIGTERM', 'SIGTERM');
    yield '2\n';
    yield '3\n';
  }
  expect(await writeExport(planned(), lines(), world)).toBe(2);
  expect(await readdir(folder)).toEqual([]);
  expect(said).toContain('ended by SIGTERM before its last row');
});
