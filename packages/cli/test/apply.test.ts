import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boomgate, temporaryFolder } from './command.ts';

const NOW = {
  mcpServers: {
    files: { command: 'npx', args: ['server-files'], env: { KEY: 'first-secret' } },
    gone: { url: 'https://mcp.example.com' },
  },
  policies: { p: { version: '1', default: 'deny', tools: { read: {} } } },
  grants: { laptop: { server: 'files', policy: 'p', token: '${env:LAPTOP}' } },
  retention: { decisions: '90d' },
};
const NEXT = {
  mcpServers: {
    files: {
      command: 'npx',
      args: ['server-files'],
      env: { KEY: 'second-secret', mode: 'sixth-secret' },
      drift: 'accept',
    },
    web: { url: 'https://web.example.com/?key=third-secret' },
  },
  policies: { p: { version: '1', default: 'deny', tools: { read: {}, write: {} } } },
  grants: { laptop: { server: 'files', policy: 'p', token: '${env:LAPTOP}', mode: 'observe' } },
  retention: { decisions: '30d' },
  webhooks: [{ url: 'https://hooks.example.com/fourth-secret', secret: 'a fifth secret that signs things' }],
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const env = { LAPTOP: 'a-token-of-thirty-two-characters-' };
const run = (...args: string[]) => boomgate(['apply', ...args], { cwd: folder.path, env });

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder.path, 'boomgate.config.json'), JSON.stringify(NOW));
  await writeFile(join(folder.path, 'next.json'), JSON.stringify(NEXT));
});
afterAll(() => folder[Symbol.asyncDispose]());

describe('apply --dry-run', () => {
  it('says what a file would change, with no secret in it, and exits 1', async () => {
    const ran = await run('next.json', '--dry-run');
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    expect(ran.stdout).not.toMatch(/first-|second-|third-|fourth-|fifth|sixth-/);
    expect(ran.stdout.replace(/fp_[0-9a-f]{8}/g, 'fp').split('\n')).toEqual(
      expect.arrayContaining([
        'changed server files',
        '    drift: hold_execute → accept',
        '    target.env.KEY: fp → fp',
        'removed server gone',
        'added   server web',
        'changed grant laptop',
        '    mode: enforce → observe',
        'added   webhook hooks.example.com fp',
        'changed retention',
        'changed policy p',
        '    widens access: yes',
      ]),
    );
  });

  it('finds nothing between a file and itself, and exits 0', async () => {
    const ran = await run('next.json', '--dry-run', '--against', 'next.json', '--json');
    expect(ran).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.stdout)).toEqual({ things: [], policies: [] });
  });

  it('exits 2 for a file that is not valid, and without --dry-run', async () => {
    expect(await run('nowhere.json', '--dry-run')).toMatchObject({ code: 2, stdout: '' });
    const ran = await run('next.json');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('expected --dry-run');
  });
});
