import { type ClientId, clients, type Format } from '@boomgate/catalogue/clients';
import { describe, expect, it } from 'vitest';
import { SERVERS_PER_FILE } from './bounds.ts';
import { type DeclaredServer, declaredIn } from './declared.ts';
import { readDocument } from './document.ts';

function declared(client: ClientId, text: string): readonly DeclaredServer[] {
  const format: Format = clients[client].format;
  const read = readDocument('f', Buffer.from(text), format);
  if (!read.ok) throw new Error(read.problem);
  const result = declaredIn(client, read.document);
  if (!result.ok) throw new Error(result.message);
  return result.servers;
}
const targets = (client: ClientId, text: string) => declared(client, text).map(({ target }) => target);
const stdio = (command: string, args: string[], env = {}) => ({ kind: 'stdio', command, args, env });
const http = (url: string, headers = {}, more = {}) => ({ kind: 'http', url, headers, ...more });

describe('the servers of a file', () => {
  it('of Claude Code stand at the top and under each project', () => {
    const servers = declared(
      'claude-code',
      `{ "mcpServers": { "a": { "type": "stdio", "command": "npx", "args": ["x", 1], "env": { "K": "\${V}" } } },
         "projects": { "/p": { "mcpServers": { "b": { "type": "http", "url": "https://b", "headers": { "H": "\${V:-d}" } } } }, "/q": 7 } }`,
    );
    expect(servers).toMatchObject([
      { name: 'a', steps: ['mcpServers', 'a'], target: stdio('npx', ['x', '1'], { K: '${env:V}' }) },
      {
        name: 'b',
        project: '/p',
        steps: ['projects', '/p', 'mcpServers', 'b'],
        target: http('https://b', { H: '${V:-d}' }, { transport: 'http' }),
      },
    ]);
  });

  it.each<[ClientId, string, unknown]>([
    [
      'cursor',
      '{"mcpServers":{"a":{"url":"https://a","headers":{"H":"${env:V}"}}}}',
      http('https://a', { H: '${env:V}' }),
    ],
    [
      'vscode',
      '{"servers":{"a":{"type":"sse","url":"https://a","headers":{"H":"${input:x}"}}}}',
      http('https://a', { H: '${input:x}' }, { transport: 'sse' }),
    ],
    ['windsurf', '{"mcpServers":{"a":{"serverUrl":"https://a"}}}', http('https://a')],
    [
      'gemini',
      '{"mcpServers":{"a":{"httpUrl":"https://a","headers":{"H":"$V ${W}"}}}}',
      http('https://a', { H: '${env:V} ${env:W}' }, { transport: 'http' }),
    ],
    ['gemini', '{"mcpServers":{"a":{"url":"https://a"}}}', http('https://a', {}, { transport: 'sse' })],
    [
      'codex',
      '[mcp_servers.a]\nurl = "https://a"\nbearer_token_env_var = "V"\nhttp_headers = { X = "1" }\n[mcp_servers.a.env_http_headers]\nY = "W"\n',
      http('https://a', { X: '1', Y: '${env:W}', Authorization: 'Bearer ${env:V}' }),
    ],
    [
      'codex',
      '[mcp_servers."a b"]\ncommand = "c"\nargs = ["d"]\nenv_vars = ["V"]\nenv.K = "k"\n',
      stdio('c', ['d'], { V: '${env:V}', K: 'k' }),
    ],
    [
      'zed',
      '{"context_servers":{"a":{"source":"custom","command":"c","args":["d"],"env":{"K":"k"}}},}',
      stdio('c', ['d'], { K: 'k' }),
    ],
    [
      'zed',
      '{"context_servers":{"a":{"command":{"path":"c","args":["d"],"env":{"K":"k"}},"settings":{}}}}',
      stdio('c', ['d'], { K: 'k' }),
    ],
    [
      'cline',
      '{"mcpServers":{"a":{"type":"streamableHttp","url":"https://a"}}}',
      http('https://a', {}, { transport: 'http' }),
    ],
    [
      'roo',
      '{"mcpServers":{"a":{"type":"streamable-http","url":"https://a"}}}',
      http('https://a', {}, { transport: 'http' }),
    ],
    [
      'opencode',
      '{"mcp":{"a":{"type":"local","command":["c","d"],"environment":{"K":"{env:V}","F":"{file:~/t}"}}}}',
      stdio('c', ['d'], { K: '${env:V}', F: '${file:~/t}' }),
    ],
    [
      'goose',
      'extensions:\n  dev:\n    type: builtin\n  a:\n    type: stdio\n    cmd: c\n    args: [d]\n    envs:\n      K: k\n',
      stdio('c', ['d'], { K: 'k' }),
    ],
    [
      'goose',
      'extensions:\n  a: {type: streamable_http, uri: "https://a", headers: {H: h}}\n',
      http('https://a', { H: 'h' }, { transport: 'http' }),
    ],
    [
      'continue',
      'mcpServers:\n  - name: a\n    type: sse\n    url: https://a\n    requestOptions:\n      headers: {H: h}\n',
      http('https://a', { H: 'h' }, { transport: 'sse' }),
    ],
  ])('of %s: %s', (client, text, target) => {
    expect(targets(client, text)).toEqual([target]);
  });

  it.each([
    ['{}', 'neither a command nor an address'],
    ['{"command":"c","url":"https://a"}', 'a command and an address'],
    ['7', 'neither a command nor an address'],
  ])('whose entry is %s is listed as unclear', (entry, reason) => {
    expect(targets('cursor', `{"mcpServers":{"a":${entry}}}`)).toEqual([
      { kind: 'unclear', reason: expect.stringContaining(reason) },
    ]);
  });

  it('are told apart from those that are switched off', () => {
    const servers = declared(
      'opencode',
      '{"mcp":{"a":{"command":["c"],"enabled":false},"b":{"command":["c"],"disabled":true},"c":{"command":["c"]}}}',
    );
    expect(servers.map(({ disabled }) => disabled)).toEqual([true, true, false]);
  });

  it('may have names that objects have of their own', () => {
    expect(
      declared('cursor', '{"mcpServers":{"__proto__":{"command":"c"},"constructor":{"command":"d"}}}').map(
        ({ name }) => name,
      ),
    ).toEqual(['__proto__', 'constructor']);
    expect(declared('codex', '[mcp_servers.__proto__]\ncommand = "c"\n')).toMatchObject([
      { name: '__proto__' },
    ]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('are at most as many as a person could have', () => {
    const file = (count: number): string =>
      JSON.stringify({
        mcpServers: Object.fromEntries(
          Array.from({ length: count }, (_, index) => [`s${index}`, { command: 'c' }]),
        ),
      });
    expect(declared('cursor', file(SERVERS_PER_FILE))).toHaveLength(SERVERS_PER_FILE);
    expect(() => declared('cursor', file(SERVERS_PER_FILE + 1))).toThrow(
      'expected at most 1000 servers, found 1001',
    );
  });
});
