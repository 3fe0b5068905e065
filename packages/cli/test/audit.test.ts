import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore, systemClock } from '@boomgate/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boomgate, temporaryFolder } from './command.ts';

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
