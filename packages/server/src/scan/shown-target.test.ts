import { describe, expect, it } from 'vitest';
import { shownTarget } from './shown-target.ts';

const command = (...args: readonly string[]) =>
  shownTarget({ name: 'x', target: { kind: 'stdio', command: '/usr/bin/npx', args, env: {} } });
const address = (url: string) =>
  shownTarget({ name: 'x', target: { kind: 'http', url, headers: { a: 'secret' }, allowPrivate: false } });

describe('what a report shows of a target', () => {
  it.each([
    ['-y', '@modelcontextprotocol/server-everything-2026@2026.8.31'],
    ['./dist/index.js', '/srv/files'],
    ['mcp-server-postgres', '--port', '8080', '--root=/data'],
    ['--timeout', '30s'],
  ])('is its command without the path, and plain arguments: %j', (...args) => {
    expect(command(...args)).toEqual({ kind: 'command', command: 'npx', args });
  });

  it.each([
    [
      ['--api-key', 'abc'],
      ['--api-key', '***'],
    ],
    [['--token=abc'], ['--token=***']],
    [['ACME_SECRET=abc'], ['ACME_SECRET=***']],
    [
      ['--header', 'Authorization: Bearer x'],
      ['--header', '***'],
    ],
    [['ghp_16C7e42F292c6912E7710c838347Ae178B4a'], ['***']],
    [['sk-abcdefgh12345678'], ['***']],
    [['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b'], ['***']],
    [['postgres://user:pass@host/db'], ['***']],
    [
      ['-e', 'process.exit(1); more'],
      ['-e', '***'],
    ],
    [['https://user:key@h.example/x'], ['https://h.example/x']],
    [['https://h.example/x?key=1'], ['https://h.example/x?***']],
  ])('is not what could be a credential: %j', (args, shown) => {
    expect(command(...args)).toMatchObject({ args: shown });
  });

  it.each([
    ['https://h.example/mcp', 'https://h.example/mcp'],
    ['https://user:pass@h.example/mcp#x', 'https://h.example/mcp'],
    ['https://h.example/9f86d081884c7d659a2feaa0c55ad015/mcp', 'https://h.example/***/mcp'],
    ['not an address', '***'],
  ])('is an address without its secrets: %s', (url, shown) => {
    expect(address(url)).toEqual({ kind: 'http', url: shown });
  });
});
