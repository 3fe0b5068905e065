import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteStore, systemClock } from '@boomgate/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { boomgate, temporaryFolder } from './command.ts';
import { decision } from './decision.ts';

const DAY_MS = 86_400_000;
const nowMs = Date.now();

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (...args: string[]) => boomgate(['policy', ...args, '--data', 'data'], { cwd: folder.path });

beforeAll(async () => {
  folder = await temporaryFolder();
  await using store = await openSqliteStore({ directory: join(folder.path, 'data'), clock: systemClock() });
  await store.journal.record(decision({ target: 'long_ago', atMs: nowMs - 30 * DAY_MS }));
  for (let at = 0; at < 3; at += 1) await store.journal.record(decision({}));
  await store.journal.record(decision({ target: 'delete_file', argKeys: ['path', 'force'] }));
  await store.journal.record(decision({ target: 'move', outcome: 'deny', forwarded: false, argKeys: [] }));
  await store.journal.record(decision({ target: 'odd*\u001b[2J' }));
  const document = {
    version: '1',
    default: 'deny',
    tools: {
      read_file: { deny_if: [{ conditions: [{ path: 'args.path', op: 'ends_with', value: '.env' }] }] },
      delete_file: { limits: [{ counter: 'now', concurrent: 1 }] },
      move: {},
    },
  };
  await writeFile(join(folder.path, 'draft.json'), JSON.stringify(document));
});
afterAll(() => folder[Symbol.asyncDispose]());

it('a draft is held against the calls of the log, in 80 columns and harmless', async () => {
  const ran = await run('replay', 'draft.json', '--server', 'files');
  expect([ran.code, ran.stderr]).toEqual([1, '']);
  const lines = ran.stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^6 calls from \d\d-\d\d \d\d:\d\d:\d\d to \d\d-\d\d \d\d:\d\d:\d\d$/);
  expect(lines.slice(1, 5)).toEqual([
    '  1  as before',
    '  1  newly denied',
    '  1  newly allowed',
    '  3  not known',
  ]);
  expect(lines.slice(6, 10).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    'CALLS WOULD BE WERE TOOL RULE',
    '3 not known allow read_file',
    '1 newly allowed deny move',
    '1 newly denied allow odd*\\x1b[2J (default deny)',
  ]);
  expect(ran.stdout).toContain('left out, as a replay has no calls in flight: /tools/delete_file/limits/now');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  const json = await run('replay', 'draft.json', '--server', 'files', '--since', '90d', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ calls: 7, counts: { newly_denied: 2, unknown: 3 } });
});

it('a policy is suggested of what was let through, and decides it as it was', async () => {
  const ran = await run('suggest', '--server', 'files', '-o', 'suggested.json');
  expect([ran.code, ran.stdout]).toEqual([0, '']);
  expect(ran.stderr).toMatch(/^wrote suggested\.json\n5 requests from /);
  expect(ran.stderr).toContain('refused before, and so not allowed by it: 1');
  expect(ran.stderr).toContain('there was no room: odd*\\x1b[2J');
  const written = JSON.parse(await readFile(join(folder.path, 'suggested.json'), 'utf8'));
  expect(Object.keys(written.tools).sort()).toEqual(['delete_file', 'read_file']);
  const again = await run('replay', 'suggested.json', '--server', 'files', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ counts: { same: 5, newly_denied: 1 } });
  const shown = await run('suggest', '--server', 'files', '--grant', 'laptop');
  expect(JSON.parse(shown.stdout)).toEqual(written);
});

it('a suggested policy shows what agents wrote, and a terminal obeys nothing in it', async () => {
  const uri = 'notes://\u009b31m\u202eobey\u{e0158}';
  await using store = await openSqliteStore({ directory: join(folder.path, 'odd'), clock: systemClock() });
  await store.journal.record(decision({ method: 'resources/read', target: uri, argKeys: [] }));
  const suggest = (...more: string[]) =>
    boomgate(['policy', 'suggest', '--server', 'files', '--data', 'odd', ...more], { cwd: folder.path });
  expect((await suggest('-o', 'odd.json')).code).toBe(0);
  for (const text of [(await suggest()).stdout, await readFile(join(folder.path, 'odd.json'), 'utf8')]) {
    expect(text).toMatch(/^[\n -~]*$/);
    expect(JSON.parse(text)).toMatchObject({ resources: { allow: [uri] } });
  }
});

it.each([
  [['replay', 'draft.json'], 'add --server NAME'],
  [['replay', 'nothing.json', '--server', 'files'], 'nothing.json'],
  [['replay', 'draft.json', '--server', 'elsewhere'], 'the log has no request to that server'],
  [['suggest', '--server', 'files', '--grant', 'nobody'], 'of the grant nobody in that time, found none'],
])('%j says what was expected', async (args, expected) => {
  const ran = await run(...args);
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(expected)]);
});
