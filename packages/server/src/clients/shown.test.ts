import { describe, expect, it } from 'vitest';
import { isOpenArgument, isOpenPath, isOpenSetting, isOpenUrl, isPackage } from './secrecy.ts';
import { shownTarget } from './shown.ts';

const stdio = (command: string, ...args: string[]) =>
  shownTarget({ kind: 'stdio', command, args, env: { K: 'CANARY' } }).what;
const http = (url: string) => shownTarget({ kind: 'http', url, headers: { H: 'CANARY' } }).what;

describe('what is shown of a program', () => {
  it.each([
    [['npx', '-y', '@a/b@1.2.3', '--token', 'CANARY'], 'npx @a/b@1.2.3'],
    [['npx', '--token', 'CANARY', 'pkg'], 'npx'],
    [['npx', '-p', '@a/b', 'cmd', 'CANARY'], 'npx @a/b'],
    [['/usr/local/bin/uvx', '--from', 'git+https://CANARY@h/r', 'x'], 'uvx'],
    [
      ['uvx', '--python', '3.12', '--with', 'CANARY', 'awslabs.core-mcp-server@latest'],
      'uvx awslabs.core-mcp-server@latest',
    ],
    [['uvx', '-p', '3.12', '--from', 'mcp-server-git', 'CANARY'], 'uvx mcp-server-git'],
    [['uvx', '--index-url', 'https://CANARY@h/simple', 'mcp-server-git'], 'uvx'],
    [['uv', 'tool', 'run', 'markitdown-mcp'], 'uv markitdown-mcp'],
    [['uv', 'run', '--with', 'CANARY', 'server.py'], 'uv'],
    [['dnx', 'Some.Mcp@1.0.0', '--yes', 'CANARY'], 'dnx Some.Mcp@1.0.0'],
    [['uvx', 'mcp-server-git==2.0', '--repository', '/r'], 'uvx mcp-server-git==2.0'],
    [['C:\\Program Files\\nodejs\\npx.cmd', '-y', 'pkg'], 'npx.cmd pkg'],
    [['cmd', '/c', 'npx', '-y', 'pkg', 'CANARY'], 'npx pkg'],
    [['docker', 'run', '--rm', '-i', '-e', 'T=CANARY', 'ghcr.io/o/i:1', 'CANARY'], 'docker ghcr.io/o/i:1'],
    [['docker', 'run', '--label', 'CANARY', 'image'], 'docker'],
    [['node', '/srv/CANARY.js'], 'node'],
    [['npx -y pkg --token=CANARY/x'], 'npx'],
    [['env', 'T=CANARY', 'npx'], 'env'],
    [['ghp_CANARYCANARYCANARY123'], '…'],
    [['npx', '-y', 'sk-CANARY0123456789'], 'npx'],
    [['bunx', 'a/b'], 'bunx a/b'],
  ])('%j is %s', ([command = '', ...args], what) => {
    expect(stdio(command, ...args)).toBe(what);
  });
});

describe('what is shown of an address', () => {
  it.each([
    ['https://h.example/mcp/', 'https://h.example/mcp/'],
    ['https://CANARY:CANARY@h.example:8443/mcp?key=CANARY#CANARY', 'https://h.example:8443/mcp'],
    ['https://mcp.example/s/a1b2c3d4e5f6a7b8/mcp', 'https://mcp.example/s/…/mcp'],
    ['https://h/550e8400-e29b-41d4-a716-446655440000', 'https://h/…'],
    ['${env:CANARY}/mcp', '…'],
    ['CANARY', '…'],
  ])('%s is %s', (url, what) => {
    expect(http(url)).toBe(what);
  });
});

describe('what may be copied', () => {
  it.each([
    '',
    '8080',
    'true',
    'Production',
    '/srv/data',
    'C:\\data',
    'https://h.example/v1',
    '${env:T}',
    'Bearer ${env:T}',
  ])('is a plain setting: %j', (value) => expect(isOpenSetting('PLACE', value)).toBe(true));

  it.each([
    ['PLACE', 'swordfish'],
    ['PLACE', '${env:T:-secret}'],
    ['PLACE', '${T:-secret}'],
    ['PLACE', 'Bearer x${env:T}'],
    ['PLACE', 'https://u:p@h.example'],
    ['PLACE', '/srv/ghp_0123456789abcdef'],
    ['PLACE', '123456'],
    ['API_KEY', '8080'],
    ['X-Auth-Token', 'true'],
    ['DATABASE_PASSWORD', '/srv/data'],
  ])('is not %s = %j', (name, value) => expect(isOpenSetting(name, value)).toBe(false));

  it.each([
    ['-y', undefined],
    ['--verbose', undefined],
    ['stdio', undefined],
    ['/srv/files', '-y'],
    ['--port=8080', undefined],
    ['--log-level=debug', undefined],
    ['8080', '--port'],
  ])('is an argument %j after %j', (text, before) => expect(isOpenArgument(text, before)).toBe(true));

  it.each([
    ['swordfish', undefined],
    ['8080', '--api-key'],
    ['/srv/x', '--token'],
    ['--token=8080', undefined],
    ['--header=Authorization: Bearer x', undefined],
    ['postgres://u:p@h/db', undefined],
    ['--ghp_0123456789abcdef', undefined],
    ['-pswordfish', undefined],
  ])('is not an argument %j after %j', (text, before) => expect(isOpenArgument(text, before)).toBe(false));

  it('is a package, a path, an address without anything secret in it', () => {
    expect(isPackage('@modelcontextprotocol/server-everything@2026.8.31')).toBe(true);
    expect(isPackage('github_pat_11AAAAAAA0aaaaaaaaaaaa')).toBe(false);
    expect(isOpenPath('/usr/bin/node')).toBe(true);
    expect(isOpenPath('/run?token=x')).toBe(false);
    expect(isOpenUrl('https://h/${env:T}')).toBe(false);
    expect(isOpenUrl('file:///etc/passwd')).toBe(false);
  });
});
