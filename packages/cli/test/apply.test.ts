import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boomgate, temporaryFolder } from './command.ts';

function provider(allowed_domains: readonly string[], token: string) {
  const known = { issuer: 'https://id.example', client_id: 'c', client_secret: `client ${token}` };
  return { ...known, allowed_domains, scim: { token } };
}

const NOW = {
  mcpServers: {
    files: { command: 'npx', args: ['server-files'], env: { KEY: 'first-secret' } },
    gone: { url: 'https://mcp.example.com' },
  },
  policies: { p: { version: '1', default: 'deny', tools: { read: {} } } },
  grants: { laptop: { server: 'files', policy: 'p', token: '${env:LAPTOP}' } },
  retention: { decisions: '90d' },
  signIn: { providers: { corp: provider(['corp.example'], 'seventh-secret-that-is-long-enough-for-it') } },
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
  approvals: { hold_ms: 50_000 },
  signIn: {
    only: 'providers',
    providers: {
      corp: provider(['corp.example', 'other.example'], 'eighth-secret-that-is-long-enough-for-it'),
    },
  },
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
    expect(ran).toMatchObject({
      code: 1,
      stderr:
        'policies that differ: 1, of which let more through: 1, perhaps: 0\nother settings that differ: 9\n',
    });
    expect(ran.stdout).not.toMatch(/first-|second-|third-|fourth-|fifth|sixth-|seventh|eighth/);
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
        '    decisions: 90d → 30d',
        'changed provider corp',
        '    allowedDomains.1: other.example',
        '    clientSecret: fp → fp',
        '    scim: fp → fp',
        'added   sign-in',
        '    only: providers',
        'added   approvals',
        '    hold_ms: 50000',
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

  it('exits 2 for a file that is not valid', async () => {
    expect(await run('nowhere.json', '--dry-run')).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('apply', () => {
  const inForce = () => readFile(join(folder.path, 'boomgate.config.json'), 'utf8');

  it('changes nothing for a file that is not valid where it would be', async () => {
    const wrong = join(folder.path, 'wrong.json');
    await writeFile(wrong, JSON.stringify({ ...NOW, policies: { p: 'policies/nowhere.json' } }));
    const ran = await run('wrong.json');
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('nothing was changed');
    expect(JSON.parse(await inForce())).toEqual(NOW);
  });

  it('takes no policy for a configuration', async () => {
    await writeFile(join(folder.path, 'policy.json'), JSON.stringify(NOW.policies.p));
    const ran = await run('policy.json');
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining('policy.json: expected a configuration file, found a policy'),
    ]);
    expect(JSON.parse(await inForce())).toEqual(NOW);
  });

  it('names what was given in what it warns of', async () => {
    await writeFile(join(folder.path, 'odd.json'), JSON.stringify({ ...NOW, odd: 1 }));
    const ran = await run('odd.json');
    expect(ran.stderr).toMatch(/^odd\.json:1:\d+: odd: is not a key of this file/);
    await writeFile(join(folder.path, 'boomgate.config.json'), JSON.stringify(NOW));
  });

  it('puts a file in the place of the one in force, keeps the one before, and does so once', async () => {
    const file = join(folder.path, 'boomgate.config.json');
    await chmod(file, 0o640);
    const ran = await run('next.json', '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ changed: true });
    expect(JSON.parse(await inForce())).toEqual(NEXT);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(JSON.parse(await readFile(`${file}.before`, 'utf8'))).toEqual(NOW);
    expect((await readdir(folder.path)).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(JSON.parse((await run('next.json', '--json')).stdout)).toMatchObject({ changed: false });
  });
});
