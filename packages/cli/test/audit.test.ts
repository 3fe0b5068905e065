import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteStore, systemClock } from '@boomgate/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOOMGATE, boomgate, cleanEnvironment, temporaryFolder } from './command.ts';
import { decision } from './decision.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  data = join(folder.path, 'data');
});
afterEach(() => folder[Symbol.asyncDispose]());

const run = (...args: string[]) => boomgate([...args, '--data', data], { cwd: folder.path });
const works = async (...args: string[]) => {
  const ran = await run(...args);
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  return ran;
};

describe('the audit log', () => {
  it('says who changed grants from the command line, and who read and exported it (M-16)', async () => {
    const token = (await works('grant', 'mint', 'laptop', '--server', 's', '--policy', 'p')).stdout.trim();
    await works('grant', 'pause', 'laptop');
    const { username } = userInfo();
    const list = (await works('audit', 'list')).stdout.trim().split('\n');
    expect(list.map((line) => line.replace(/^\S+ \S+ +/, '').replace(/ +/g, ' '))).toEqual([
      `${username} (cli) grant.created grant laptop`.replace(/ +/g, ' '),
      `${username} (cli) grant.paused grant laptop`,
    ]);
    for (const line of list) expect(line.length).toBeLessThanOrEqual(80);
    const exported = await works('audit', 'export', 'acts.csv');
    expect(exported.stderr).toMatch(/^acts\.csv: \d+ rows as csv\n$/);
    const file = join(folder.path, 'acts.csv');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const lines = (await readFile(file, 'utf8')).trim().split('\r\n');
    expect(lines.map((line) => line.split(',')[9])).toEqual([
      'action',
      'grant.created',
      'grant.paused',
      'audit.read',
      'audit.exported',
    ]);
    expect((await run('audit', 'export', 'acts.csv')).stderr).toContain('already exists');
    const json = (await works('audit', 'export', '-', '--action', 'grant')).stdout;
    expect(
      json
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).action),
    ).toEqual(['grant.created', 'grant.paused']);
    await works('log', '--export', 'log.ndjson');
    const newest = JSON.parse((await works('audit', 'list', '-n', '1', '--json')).stdout);
    expect(newest).toMatchObject({ action: 'decisions.exported', actor: { kind: 'cli', name: username } });
    expect(json + lines.join()).not.toContain(token);
  });

  it('is verified with the decision log, against ends that were kept', async () => {
    await works('grant', 'mint', 'a', '--server', 's');
    const { stdout, stderr } = await works('audit', 'verify');
    expect(stderr).toContain('audit log: 1 rows, all as they were written');
    await works('grant', 'mint', 'b', '--server', 's');
    await works('audit', 'verify', '--head', stdout.trim());
    const forged = await run(
      'audit',
      'verify',
      '--head',
      stdout.trim().replace(/.$/, (end) => (end === '0' ? '1' : '0')),
    );
    expect(forged).toMatchObject({ code: 1, stdout: expect.stringMatching(/^rewritten +link 1 is not/) });
    const json = JSON.parse((await works('audit', 'verify', '--json')).stdout);
    expect(json).toMatchObject({ sound: true, rows: 0, audit: { rows: 2, findings: [] } });
  });

  it('says what was accepted, by whom and why, and nothing else was', async () => {
    await works('grant', 'mint', 'a', '--server', 's');
    const change = (name: string, link: number) => {
      const database = new DatabaseSync(join(data, 'boomgate.db'));
      database.exec(
        `update audit set entry = json_set(entry, '$.actor.name', '${name}') where link = ${link}`,
      );
      database.close();
    };
    change('mallory', 1);
    const found = await run('audit', 'verify');
    expect(found).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^changed +the act \S+ at link 1 /),
    });
    const code = /audit accept ([0-9a-f]{20}) --reason/.exec(found.stderr)?.[1] ?? '';
    expect(await run('audit', 'accept', 'ab'.repeat(10), '--reason', 'r')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing was accepted: expected the code of the findings'),
    });
    expect((await works('audit', 'accept', code, '--reason', 'a bad disk')).stderr).toMatch(
      /^1 finding accepted/,
    );
    const { username } = userInfo();
    const told = await works('audit', 'verify');
    expect(told.stdout).toMatch(new RegExp(`^changed .*; accepted by ${username}\n`));
    expect(told.stderr).toContain('1 finding, all accepted');
    expect(told.stderr).toMatch(/1 finding at link 1 accepted by .*: a bad disk/);
    expect(told.stderr).not.toContain('audit accept');
    expect(JSON.parse((await works('audit', 'verify', '--json')).stdout)).toMatchObject({
      sound: false,
      audit: { findings: [{ accepted: { reason: 'a bad disk' } }] },
    });
    expect((await run('doctor', '--json')).stdout).toContain('1 accepted findings');
    change('mallory again', 1);
    expect(await run('audit', 'verify')).toMatchObject({ code: 1 });
  });
});

describe('a log that is forwarded', () => {
  const OUTCOME = { status: 'result', upstreamMs: 1, gatewayMs: 1, bytesOut: 1 } as const;
  const targetsOf = (lines: readonly string[]) => lines.map((line) => JSON.parse(line).row.target);
  const follow = (file: string) => {
    const args = ['log', '-f', '--cursor-file', file, '--json', '--data', data];
    const tail = spawn(BOOMGATE, args, { cwd: folder.path, env: cleanEnvironment() });
    const lines: string[] = [];
    createInterface(tail.stdout).on('line', (line) => lines.push(line));
    return { lines, tail };
  };
  const forward = async () =>
    targetsOf((await works('log', '--cursor-file', 'sent', '--json')).stdout.split('\n').filter(Boolean));

  it('gives each request once, when it is over, and goes on from where the run before ended', async () => {
    await using store = await openSqliteStore({ directory: data, clock: systemClock() });
    const { journal } = store;
    expect(await forward()).toEqual([]);
    const first = await journal.admit([], () => decision({ target: 'slow' }));
    await journal.record(decision({ target: 'refused', outcome: 'deny', forwarded: false }));
    expect(await forward()).toEqual(['refused']);
    expect(await forward()).toEqual([]);
    const second = await journal.admit([], () => decision({ target: 'quick' }));
    journal.settle(second, 'kept', OUTCOME);
    journal.settle(first, 'kept', OUTCOME);
    await journal.flush();
    expect(await forward()).toEqual(['slow', 'quick']);
    expect(await forward()).toEqual([]);
    const { lines, tail } = follow('sent');
    const third = await journal.admit([], () => decision({ target: 'third' }));
    journal.settle(third, 'kept', OUTCOME);
    await journal.flush();
    await expect.poll(() => targetsOf(lines)).toEqual(['third']);
    await expect.poll(() => readFile(join(folder.path, 'sent'), 'utf8')).toContain('"after":4');
    tail.kill('SIGINT');
    expect(await once(tail, 'exit')).toEqual([0, null]);
    expect(await forward()).toEqual([]);
  });

  it('ends where another store is put into the folder, as nobody writes the one that it looks at', async () => {
    await using store = await openSqliteStore({ directory: data, clock: systemClock() });
    await store.journal.record(decision({ target: 'before', outcome: 'deny', forwarded: false }));
    const { lines, tail } = follow('sent');
    await expect.poll(() => targetsOf(lines)).toEqual(['before']);
    await copyFile(join(data, 'boomgate.db'), join(data, 'other.db'));
    await rename(join(data, 'other.db'), join(data, 'boomgate.db'));
    expect(await once(tail, 'exit')).toEqual([2, null]);
  });

  it('is not taken for another one, or for one that was set back', async () => {
    await works('grant', 'mint', 'laptop', '--server', 's');
    const audit = async (file: string) => {
      const { stdout } = await works('audit', 'list', '--cursor-file', file, '--json');
      return stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).action);
    };
    expect(await audit('acts')).toEqual(['grant.created', 'audit.read']);
    expect(await audit('acts')).toEqual(['audit.read']);
    const other = await run('log', '--cursor-file', 'acts');
    expect(other).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('one of the other log'),
    });
    await writeFile(join(folder.path, 'acts'), '{"log":"audit","after":900,"underWay":[]}');
    const ahead = await run('audit', 'list', '--cursor-file', 'acts');
    expect(ahead).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('found row 900') });
    await writeFile(join(folder.path, 'acts'), '{"log":"audit","after":1,"id":"of-another","underWay":[]}');
    const before = await run('audit', 'list', '--cursor-file', 'acts');
    expect(before).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('found of-another'),
    });
    await writeFile(join(folder.path, 'acts'), 'torn');
    const torn = await run('audit', 'list', '--cursor-file', 'acts');
    expect(torn).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('something else') });
    const nowhere = await run('audit', 'list', '--cursor-file', 'no/such/folder');
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no such folder') });
  });
});

describe('backup and restore', () => {
  it('move what a gateway keeps to another folder, encrypted', async () => {
    const token = (await works('grant', 'mint', 'laptop', '--server', 's')).stdout.trim();
    await writeFile(join(folder.path, 'phrase'), 'correct horse battery\n');
    await chmod(join(folder.path, 'phrase'), 0o600);
    const phrase = ['--passphrase-file', 'phrase'];
    expect((await works('backup', 'file', ...phrase)).stderr).not.toContain('in the clear');
    expect((await works('backup', 'plain')).stderr).toContain('in the clear');
    await works('grant', 'revoke', 'laptop');
    expect((await run('restore', 'file', ...phrase)).stderr).toContain('is not empty');
    const other = join(folder.path, 'other');
    const restore = (...args: string[]) =>
      boomgate(['restore', ...args, '--data', other], { cwd: folder.path });
    expect(await restore('file')).toMatchObject({ code: 2, stderr: expect.stringContaining('is encrypted') });
    const restored = await restore('file', ...phrase);
    expect(restored, restored.stderr).toMatchObject({ code: 0 });
    expect(restored.stderr).toContain('Grants: 1 active, 0 paused, 0 revoked.');
    expect(restored.stderr).toContain('Limits count as used up');
    await using store = await openSqliteStore({ directory: other, clock: systemClock(), as: 'reader' });
    expect(await store.grants.list()).toMatchObject([{ name: 'laptop', state: 'active' }]);
    expect(await readFile(join(folder.path, 'plain'), 'latin1')).not.toContain(token);
  });
});
