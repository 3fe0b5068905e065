import type { ClientId } from '@boomgate/catalogue/clients';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { Facts } from '../facts.ts';
import { openOutput } from '../terminal/index.ts';
import { CONNECTABLE, connectionFor, printConnection } from './index.ts';

/** One client of each kind; the places of all are tested where the table is. */
const SAMPLES = ['claude-code', 'claude-desktop', 'cursor', 'vscode', 'codex', 'gemini'] as const;
type Sample = (typeof SAMPLES)[number];

const HOMES = { linux: '/home/ada', darwin: '/Users/ada', win32: 'C:\\Users\\ada' } as const;
const PLATFORMS = ['linux', 'darwin', 'win32'] as const;

function factsFor(platform: Facts['platform'], env: Facts['env'] = {}): Facts {
  return {
    env,
    platform,
    home: HOMES[platform],
    cwd: '/',
    stdout: { isTty: false, columns: 80 },
    stderr: { isTty: false, columns: 80 },
    timeZone: 'UTC',
    nowMs: 0,
    version: '0.0.0',
    user: 'ada',
    program: { node: '/n/node', entry: '/b/main.ts' },
  };
}

const target = (client: ClientId) => ({ client, server: 'files', url: 'https://gate.example' });
const ENDPOINT = 'https://gate.example/mcp/files';

/** client: Linux, macOS, Windows, project */
const FILES: Record<Sample, readonly [string, string, string, string | undefined]> = {
  'claude-code': [
    '/home/ada/.claude.json',
    '/Users/ada/.claude.json',
    'C:\\Users\\ada\\.claude.json',
    '.mcp.json',
  ],
  'claude-desktop': [
    '/home/ada/.config/Claude/claude_desktop_config.json',
    '/Users/ada/Library/Application Support/Claude/claude_desktop_config.json',
    'C:\\Users\\ada\\AppData\\Roaming\\Claude\\claude_desktop_config.json',
    undefined,
  ],
  cursor: [
    '/home/ada/.cursor/mcp.json',
    '/Users/ada/.cursor/mcp.json',
    'C:\\Users\\ada\\.cursor\\mcp.json',
    '.cursor/mcp.json',
  ],
  vscode: [
    '/home/ada/.config/Code/User/mcp.json',
    '/Users/ada/Library/Application Support/Code/User/mcp.json',
    'C:\\Users\\ada\\AppData\\Roaming\\Code\\User\\mcp.json',
    '.vscode/mcp.json',
  ],
  codex: [
    '/home/ada/.codex/config.toml',
    '/Users/ada/.codex/config.toml',
    'C:\\Users\\ada\\.codex\\config.toml',
    '.codex/config.toml',
  ],
  gemini: [
    '/home/ada/.gemini/settings.json',
    '/Users/ada/.gemini/settings.json',
    'C:\\Users\\ada\\.gemini\\settings.json',
    '.gemini/settings.json',
  ],
};

const SNIPPETS: Record<Exclude<Sample, 'codex'>, unknown> = {
  'claude-code': {
    mcpServers: {
      files: { type: 'http', url: ENDPOINT, headers: { Authorization: 'Bearer ${BOOMGATE_GRANT}' } },
    },
  },
  'claude-desktop': {
    mcpServers: {
      files: {
        command: '/n/node',
        args: [
          '/b/main.ts',
          'run',
          '--server',
          'files',
          '--url',
          'https://gate.example',
          '--token-file',
          '/home/ada/.config/boomgate/files.grant',
        ],
      },
    },
  },
  cursor: {
    mcpServers: { files: { url: ENDPOINT, headers: { Authorization: 'Bearer ${env:BOOMGATE_GRANT}' } } },
  },
  vscode: {
    inputs: [
      { type: 'promptString', id: 'boomgate-grant', description: 'Boomgate grant for files', password: true },
    ],
    servers: {
      files: { type: 'http', url: ENDPOINT, headers: { Authorization: 'Bearer ${input:boomgate-grant}' } },
    },
  },
  gemini: {
    mcpServers: { files: { httpUrl: ENDPOINT, headers: { Authorization: 'Bearer ${BOOMGATE_GRANT}' } } },
  },
};

describe.each(SAMPLES)('the connection of %s', (client) => {
  it.each(PLATFORMS.map((platform, index) => [platform, FILES[client][index]] as const))(
    'on %s is written to %s',
    (platform, file) => {
      const connection = connectionFor(target(client), factsFor(platform));
      expect(connection.path).toBe(file);
      expect(connection.projectPath).toBe(FILES[client][3]);
    },
  );

  it('has the shape that this client reads, with the token by reference', () => {
    const { format, snippet } = connectionFor(target(client), factsFor('linux'));
    if (client === 'codex') {
      expect(format).toBe('toml');
      expect(snippet).toBe(
        `[mcp_servers.files]\nurl = "${ENDPOINT}"\nbearer_token_env_var = "BOOMGATE_GRANT"`,
      );
    } else {
      expect(JSON.parse(snippet)).toEqual(SNIPPETS[client]);
    }
  });

  it('never shows a token that the environment holds', () => {
    const token = `bg_${'s'.repeat(49)}`;
    const connection = connectionFor(target(client), factsFor('linux', { BOOMGATE_GRANT: token }));
    expect(JSON.stringify(connection)).not.toContain(token);
  });

  it('gives the snippet alone as data, and the rest as notes', () => {
    const data: string[] = [];
    const notes: string[] = [];
    const streams = { stdout: (text: string) => data.push(text), stderr: (text: string) => notes.push(text) };
    const look = { width: 80, colour: { stdout: false, stderr: false }, quiet: false };
    const connection = connectionFor(target(client), factsFor('linux'));
    printConnection(
      connection,
      openOutput(
        { stdout: (text) => void streams.stdout(text), stderr: (text) => void streams.stderr(text) },
        look,
      ),
    );
    expect(data.join('')).toBe(`${connection.snippet}\n`);
    if (client !== 'codex') expect(() => parseYaml(data.join(''))).not.toThrow();
    expect(notes.join('')).toContain(connection.path);
  });
});

describe('the connection of a stack', () => {
  const stack = (client: ClientId) =>
    connectionFor({ client, server: '', url: 'https://gate.example' }, factsFor('linux'));

  it.each(SAMPLES.filter((id) => id !== 'claude-desktop'))('leads %s to the endpoint of stacks', (client) => {
    const { command, snippet } = stack(client);
    expect(snippet).toContain('"https://gate.example/mcp/"');
    expect(snippet).toMatch(/"boomgate": \{|\[mcp_servers\.boomgate\]/);
    if (command !== undefined) expect(command).toMatch(/ boomgate .*https:\/\/gate\.example\/mcp\/(?: |$)/);
  });

  it('has a client that starts programs only start one with --stack', () => {
    expect(JSON.parse(stack('claude-desktop').snippet).mcpServers.boomgate.args).toEqual([
      '/b/main.ts',
      'run',
      '--stack',
      '--url',
      'https://gate.example',
      '--token-file',
      '/home/ada/.config/boomgate/boomgate.grant',
    ]);
  });
});

describe('every client that can be connected', () => {
  it.each(CONNECTABLE)('%s gets an entry that leads to the gateway, without a token', (client) => {
    const { snippet, token } = connectionFor(target(client), factsFor('linux'));
    expect(snippet).toContain('https://gate.example');
    expect(snippet).toMatch(/BOOMGATE_GRANT|boomgate-grant|files\.grant/);
    expect(token.lines.length > 0 || token.how === 'prompt').toBe(true);
  });

  it('is one whose file may be written', () => {
    expect(CONNECTABLE).toHaveLength(16);
    expect(CONNECTABLE).not.toContain('goose');
  });
});

describe('a moved folder', () => {
  it.each([
    ['claude-code', { CLAUDE_CONFIG_DIR: '/c' }, '/c/.claude.json'],
    ['codex', { CODEX_HOME: '/x' }, '/x/config.toml'],
    ['codex', { CODEX_HOME: '' }, '/home/ada/.codex/config.toml'],
  ] as const)('of %s with %j is followed', (client, env, file) => {
    expect(connectionFor(target(client), factsFor('linux', env)).path).toBe(file);
  });

  it('of Windows is followed', () => {
    const { path } = connectionFor(target('vscode'), factsFor('win32', { APPDATA: 'D:\\R' }));
    expect(path).toBe('D:\\R\\Code\\User\\mcp.json');
  });
});
