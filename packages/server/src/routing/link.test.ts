import { describe, expect, it } from 'vitest';
import type { ServerTarget } from '../clients/index.ts';
import { linkOf } from './link.ts';

const GATE = { url: 'http://127.0.0.1:7411', defaultUrl: 'http://127.0.0.1:7411', entry: '/b/main.ts' };
const link = (target: ServerTarget, gateway = GATE, environment = {}) =>
  linkOf({ target }, gateway, environment);
const http = (url: string, headers = {}): ServerTarget => ({ kind: 'http', url, headers });
const stdio = (command: string, args: string[], env = {}): ServerTarget => ({
  kind: 'stdio',
  command,
  args,
  env,
});

describe('an address', () => {
  it.each([
    ['http://127.0.0.1:7411/mcp/files', 'files'],
    ['http://localhost:7411/mcp/files/', 'files'],
    ['http://[::1]:7411/mcp/files/sse', 'files'],
    ['http://127.0.0.1:7411/mcp/', ''],
    ['http://127.0.0.1:7411/mcp', ''],
    ['http://127.0.0.1:7411/mcp/a%2Eb', 'a.b'],
  ])('%s leads to the gateway, to %j', (url, server) => {
    expect(link(http(url))).toEqual({ server, token: { from: 'unknown' } });
  });

  it.each([
    'http://127.0.0.1:7412/mcp/files',
    'https://127.0.0.1:7411/mcp/files',
    'http://127.0.0.1.example:7411/mcp/files',
    'http://127.0.0.1:7411@evil.example/mcp/files',
    'http://127.0.0.1:7411/mcpx/files',
    'http://127.0.0.1:7411/x/mcp/files',
    'http://127.0.0.1:7411/mcp/files/more',
    'http://127.0.0.1:7411/',
    'http://127.0.0.1:7411/mcp/%zz',
    '${env:UNSET}/mcp/files',
  ])('%s does not', (url) => expect(link(http(url))).toBeUndefined());

  it('of a gateway behind a path leads there', () => {
    const gateway = { ...GATE, url: 'https://gate.example/base' };
    expect(link(http('https://gate.example/base/mcp/a'), gateway)?.server).toBe('a');
    expect(link(http('https://gate.example/mcp/a'), gateway)).toBeUndefined();
  });

  it('brings its token when it is known here', () => {
    const token = (authorization: string, environment = {}) =>
      link(http('http://127.0.0.1:7411/mcp/a', { authorization }), GATE, environment)?.token;
    expect(token('Bearer ${env:T}', { T: 'bg_x' })).toEqual({ from: 'text', text: 'bg_x' });
    expect(token('Bearer bg_y')).toEqual({ from: 'text', text: 'bg_y' });
    expect(token('Bearer ${env:T}')).toEqual({ from: 'unknown' });
    expect(token('Bearer ${input:t}')).toEqual({ from: 'unknown' });
  });
});

describe('a program', () => {
  const token = { from: 'file', path: '/t' };
  it.each([
    ['boomgate', ['run', '--server', 'a', '--token-file', '/t']],
    ['/opt/bin/boomgate', ['run', '-s', 'a', '--token-file=/t', '--url', 'http://localhost:7411']],
    ['/n/node', ['/b/main.ts', 'run', '--server=a', '--token-file', '/t']],
    ['npx', ['-y', 'boomgate', 'run', '--server', 'a', '--token-file', '/t']],
    ['cmd', ['/c', 'boomgate.cmd', 'run', '--server', 'a', '--token-file', '/t']],
  ])('%s %j carries calls to the gateway', (command, args) => {
    expect(link(stdio(command, args))).toEqual({ server: 'a', token });
  });

  it.each([
    ['boomgate', ['up', '--server', 'a']],
    ['boomgate', ['run', '--server', 'a', '--url', 'https://other.example']],
    ['boomgate', ['run']],
    ['node', ['/evil/main.ts', 'run', '--server', 'a']],
    ['evil', ['boomgate', 'run', '--server', 'a']],
  ])('%s %j does not', (command, args) => expect(link(stdio(command, args))).toBeUndefined());

  it('takes what its arguments do not say from its environment', () => {
    const env = { BOOMGATE_SERVER: 'a', BOOMGATE_GRANT: '${env:T}' };
    expect(link(stdio('boomgate', ['run'], env), GATE, { T: 'bg_x' })).toEqual({
      server: 'a',
      token: { from: 'text', text: 'bg_x' },
    });
    expect(link(stdio('boomgate', ['run', '--stack'], env))).toEqual({
      server: '',
      token: { from: 'unknown' },
    });
    expect(
      link(stdio('boomgate', ['run'], { ...env, BOOMGATE_URL: 'https://other.example' })),
    ).toBeUndefined();
  });
});
