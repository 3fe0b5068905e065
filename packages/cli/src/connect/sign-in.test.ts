import { SIGN_IN_CLIENTS, type SignInId } from '@boomgate/catalogue/clients';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../facts.ts';
import { openOutput } from '../terminal/index.ts';
import { printManaged, printSignIn, signInConnectionFor } from './index.ts';

const FACTS: Facts = {
  env: { BOOMGATE_GRANT: `bg_${'s'.repeat(49)}` },
  platform: 'linux',
  home: '/home/ada',
  cwd: '/',
  stdout: { isTty: false, columns: 80 },
  stderr: { isTty: false, columns: 80 },
  timeZone: 'UTC',
  nowMs: 0,
  version: '0.0.0',
  user: 'ada',
  program: { node: '/n/node', entry: '/b/main.ts' },
};
const URL = 'https://gate.example';
const ADDRESS = 'https://gate.example/mcp-oauth/files/';

const connected = (client: SignInId, server = 'files') =>
  signInConnectionFor({ client, server, url: URL }, FACTS);

function printed(client: SignInId, print = printSignIn) {
  const [data, notes]: [string[], string[]] = [[], []];
  const streams = {
    stdout: (text: string) => void data.push(text),
    stderr: (text: string) => void notes.push(text),
  };
  const look = { width: 80, colour: { stdout: false, stderr: false }, quiet: false };
  print(connected(client), openOutput(streams, look));
  return { data: data.join(''), notes: notes.join('') };
}

const ENTRIES: Partial<Record<SignInId, unknown>> = {
  'claude-code': { mcpServers: { files: { type: 'http', url: ADDRESS } } },
  cursor: { mcpServers: { files: { url: ADDRESS } } },
  vscode: { servers: { files: { type: 'http', url: ADDRESS } } },
  windsurf: { mcpServers: { files: { serverUrl: ADDRESS } } },
  gemini: { mcpServers: { files: { httpUrl: ADDRESS } } },
  // One that also declares a header would not sign in.
  zed: { context_servers: { files: { url: ADDRESS } } },
  // As its `oauth: false` would keep it from signing in.
  opencode: { mcp: { files: { type: 'remote', enabled: true, url: ADDRESS } } },
  'copilot-cli': { mcpServers: { files: { type: 'http', tools: ['*'], url: ADDRESS } } },
};

describe('a client of a whole organisation', () => {
  it('is bound to the gateway by files for administrators, with no token in them', () => {
    const { data, notes } = printed('claude-code', printManaged);
    const [fixed, allowed] = data
      .trim()
      .split(/\n(?=\{)/)
      .map((text) => JSON.parse(text));
    expect(fixed).toEqual({ mcpServers: { files: { type: 'http', url: ADDRESS } } });
    expect(allowed).toEqual({
      allowManagedMcpServersOnly: true,
      allowedMcpServers: [{ serverUrl: `${URL}/*` }],
    });
    expect(notes).toContain('/etc/claude-code');
    for (const line of `${data}\n${notes}`.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('every client that signs in by itself', () => {
  it.each(SIGN_IN_CLIENTS)('%s is given the address, and neither a token nor where one is', (client) => {
    const connection = connected(client);
    expect(connection.address).toBe(ADDRESS);
    expect(JSON.stringify(connection)).not.toMatch(/BOOMGATE_GRANT|Bearer|bg_|\.grant|"run"/);
    if (connection.file !== undefined) expect(connection.file.snippet).toContain(`"${ADDRESS}"`);
    expect(connection.steps.length > 0 || connection.login !== undefined).toBe(true);
  });

  it.each(Object.entries(ENTRIES))('%s has the entry that this client reads', (client, entry) => {
    // A cast: the keys of the table above.
    expect(JSON.parse(connected(client as SignInId).file?.snippet ?? '')).toEqual(entry);
  });

  it('is written to the file that the same client has for a token', () => {
    expect(connected('codex').file).toEqual({
      ...{ path: '/home/ada/.codex/config.toml', projectPath: '.codex/config.toml', format: 'toml' },
      snippet: `[mcp_servers.files]\nurl = "${ADDRESS}"`,
    });
  });

  it('has the commands of the client where it has some', () => {
    expect(connected('claude-code')).toMatchObject({
      command: `claude mcp add --transport http files ${ADDRESS} --scope user`,
      login: 'claude mcp login files',
    });
  });

  it('says whose machines have to reach the gateway where the client runs at its maker', () => {
    for (const client of ['claude-ai', 'claude-desktop', 'chatgpt'] as const)
      expect(connected(client)).toEqual(
        expect.objectContaining({ runsAt: expect.any(String), address: ADDRESS }),
      );
    expect(connected('chatgpt')).not.toHaveProperty('file');
    expect(printed('chatgpt').notes).toContain('public https address');
  });

  it('gives the text to paste alone as data', () => {
    expect(printed('chatgpt').data).toBe(`${ADDRESS}\n`);
    expect(JSON.parse(printed('claude-code').data)).toEqual(ENTRIES['claude-code']);
    expect(printed('claude-code').notes).toContain('claude mcp login files');
  });
});

describe('the address for agents that sign in by themselves', () => {
  it.each([
    [URL, 'files', ADDRESS],
    [URL, '', 'https://gate.example/mcp-oauth/'],
    // Of who gives the address of one server where that of the gateway belongs.
    [`${URL}/mcp/files`, 'files', ADDRESS],
    [`${URL}/mcp-oauth/files`, 'files', ADDRESS],
    [`${URL}/below`, 'files', 'https://gate.example/below/mcp-oauth/files/'],
  ])('of %s and "%s" is %s', (url, server, address) => {
    expect(signInConnectionFor({ client: 'cursor', server, url }, FACTS).address).toBe(address);
  });
});
