import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { parse as parseJsonc } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BOOMGATE, boomgate, cleanEnvironment, type Ran, temporaryFolder } from './command.ts';

const EVERYTHING = fileURLToPath(
  new URL('../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
);
/** Stands wherever a file may hold a secret; no output and no other file may. */
const CANARY = /canary/i;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Home = {
  readonly home: string;
  readonly work: string;
  readonly write: (file: string, content: string) => Promise<string>;
  readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ran>;
};

/** A home folder and a folder to work in, of a person who runs the command. */
async function aHome(): Promise<Home> {
  const folder = await temporaryFolder();
  closing.push(async () => folder[Symbol.asyncDispose]());
  const home = folder.path;
  const work = join(home, 'work');
  await mkdir(work);
  return {
    home,
    work,
    async write(file, content) {
      const path = join(home, file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      return path;
    },
    run: (args, env = {}) => boomgate(['stack', ...args], { cwd: work, env: { HOME: home, ...env } }),
  };
}

/** Cursor's file as a person left it: comments, a byte-order mark, line ends of Windows, a trailing comma. */
const CURSOR = `\uFEFF${[
  '// canary of a comment',
  '{',
  '  "mcpServers": {',
  `    "everything": { "command": "node", "args": ["${EVERYTHING}"], "autoApprove": ["echo"] },`,
  '    "github": {',
  '      "url": "https://canary-user:canary-word@h.example/mcp?key=canary-query",',
  '      "headers": { "Authorization": "Bearer canary-header" }, /* canary */',
  '    },',
  '    "pg": { "command": "npx", "args": ["-y", "pg-server", "--dsn", "canary-argument"], "env": { "P": "canary-env" } },',
  '  },',
  '}',
  '',
].join('\r\n')}`;
const CLAUDE = JSON.stringify({
  numStartups: 3,
  mcpServers: { everything: { type: 'stdio', command: 'node', args: [EVERYTHING], env: {} } },
  projects: {
    '/p': { mcpServers: { web: { type: 'http', url: 'https://web.example/mcp' } }, history: ['canary'] },
  },
});
const CODEX = `model = "canary-model" # canary\n\n[mcp_servers.everything]\ncommand = "node" # c\nargs = ["${EVERYTHING}"]\nstartup_timeout_sec = 20\n\n# next\n[projects."/p"]\ntrust_level = "trusted"\n`;

async function filesOfMany(home: Home): Promise<void> {
  await home.write('.cursor/mcp.json', CURSOR);
  await home.write('.claude.json', CLAUDE);
  await home.write('.codex/config.toml', CODEX);
  await home.write('.gemini/settings.json', '{ "mcpServers": { canary-broken');
  await home.write(
    '.config/goose/config.yaml',
    'extensions:\n  notes: { type: stdio, cmd: uvx, args: [notes-mcp], enabled: false }\n',
  );
}

describe('the list', () => {
  it('names servers of every client within 80 columns, and goes on after a broken file', async () => {
    const home = await aHome();
    await filesOfMany(home);
    const ran = await home.run([]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^Cursor {2}~\/\.cursor\/mcp\.json\n/m);
    expect(ran.stdout).toMatch(/^ {2}github +http +https:\/\/h\.example\/mcp +uncovered$/m);
    expect(ran.stdout).toMatch(/^ {2}pg +stdio +npx pg-server +uncovered$/m);
    expect(ran.stdout).toMatch(/^ {4}web: for the project \/p$/m);
    expect(ran.stdout).toMatch(/^ {2}notes +stdio +uvx notes-mcp +disabled$/m);
    expect(ran.stdout).toMatch(/settings\.json:1:19: invalid symbol$/m);
    expect(ran.stderr).toContain('6 servers in 5 files: 0 covered by a policy, 6 uncovered');
    for (const line of ran.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80 + home.home.length);
    const json = await home.run(['--json', '--fail-on', 'critical']);
    // Tools that are not known, and a file that cannot be read, count as at every level.
    expect(json.code).toBe(1);
    const { clients, findings } = JSON.parse(json.stdout);
    expect(findings).toHaveLength(7);
    expect(clients.map(({ client }: { client: string }) => client)).toEqual([
      'claude-code',
      'cursor',
      'codex',
      'gemini',
      'goose',
    ]);
    expect(clients[1].servers[2]).toEqual({
      name: 'pg',
      disabled: false,
      transport: 'stdio',
      what: 'npx pg-server',
      coverage: { state: 'uncovered', reason: '' },
      tools: null,
    });
    expect(ran.stdout + ran.stderr + json.stdout + json.stderr).not.toMatch(CANARY);
  });

  it('starts servers with --scan only, and fails on what is uncovered at a level', async () => {
    const home = await aHome();
    await home.write(
      '.cursor/mcp.json',
      JSON.stringify({ mcpServers: { everything: { command: 'node', args: [EVERYTHING] } } }),
    );
    const scanned = await home.run(['--scan', '--fail-on', 'critical']);
    expect(scanned.stdout).toMatch(/everything: Low Read: .*echo/);
    expect(scanned.code).toBe(0);
    const high = await home.run(['--scan', '--fail-on', 'HIGH', '--json']);
    expect(high.code).toBe(1);
    expect(JSON.parse(high.stdout).findings).toMatchObject([{ server: 'everything', severity: 'High' }]);
  });
});

type Routed = { readonly client: string; readonly file: string; readonly entry: (text: string) => Entry };
type Entry = { readonly url: string; readonly variable: string };

const ROUTED: readonly Routed[] = [
  {
    client: 'cursor',
    file: '.cursor/mcp.json',
    entry: (text) =>
      httpEntry(parseJsonc(text.replace('\uFEFF', '')).mcpServers.everything, /^Bearer \$\{env:(\w+)\}$/),
  },
  {
    client: 'codex',
    file: '.codex/config.toml',
    entry: (text) => {
      // Shaped as the client reads it; the assertions below fail on anything else.
      const table = parseToml(text) as unknown as {
        mcp_servers: { everything: { url: string; bearer_token_env_var: string } };
      };
      const { bearer_token_env_var: variable, url } = table.mcp_servers.everything;
      return { url, variable };
    },
  },
];

function httpEntry(entry: { url: string; headers: { Authorization: string } }, reference: RegExp): Entry {
  return { url: entry.url, variable: reference.exec(entry.headers.Authorization)?.[1] ?? '' };
}

describe('a routed client', () => {
  it('calls through the gateway by what its file says now, and gets its bytes back', {
    timeout: 60_000,
  }, async () => {
    const home = await aHome();
    await filesOfMany(home);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const said: string[] = [];
    const routed = new Map<string, { tokenFile: string }>();
    for (const { client } of ROUTED) {
      const ran = await home.run([
        '--route',
        client,
        '--scan',
        '--yes',
        '--url',
        url,
        '--json',
        '-s',
        'everything',
      ]);
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      said.push(ran.stdout, ran.stderr);
      routed.set(client, JSON.parse(ran.stdout).routed[0]);
    }
    await startGateway(home, port);
    for (const { client, entry, file } of ROUTED) {
      const text = await readFile(join(home.home, file), 'utf8');
      const { url: endpoint, variable } = entry(text);
      expect(endpoint).toBe(`${url}/mcp/everything`);
      expect(variable).toBe(`BOOMGATE_GRANT_${client.toUpperCase().replace('-', '_')}_EVERYTHING`);
      const tokenFile = routed.get(client)?.tokenFile ?? '';
      expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
      const token = await readFile(tokenFile, 'utf8');
      expect(await callEcho(endpoint, token)).toEqual([{ type: 'text', text: 'Echo: hi' }]);
      expect(text + said.join('')).not.toContain(token);
    }
    const list = await home.run(['--url', url]);
    expect(list.stdout.match(/everything +http +\S+ +everything-recommended/g)).toHaveLength(2);
    const kept = await everyFile(home.work);
    expect([...said, list.stdout, list.stderr, kept].join('\n')).not.toMatch(CANARY);
    for (const [client, before] of [
      ['cursor', CURSOR],
      ['codex', CODEX],
    ] as const) {
      const ran = await home.run(['--undo', client, '--yes']);
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      expect(ran.stdout + ran.stderr).not.toMatch(CANARY);
      const { file } = ROUTED.find((one) => one.client === client) ?? { file: '' };
      expect((await readFile(join(home.home, file))).equals(Buffer.from(before))).toBe(true);
    }
    expect((await readdir(join(home.home, '.cursor'))).sort()).toEqual(['mcp.json']);
    const grants = await boomgate(['grant', 'list', '--json'], { env: { HOME: home.home } });
    expect(JSON.parse(grants.stdout).map(({ state }: { state: string }) => state)).toEqual([
      'revoked',
      'revoked',
    ]);
  });

  it('that starts programs only is led by a command that finds its token', { timeout: 60_000 }, async () => {
    const home = await aHome();
    const path = await home.write(
      '.config/zed/settings.json',
      `{\n  "theme": "x", // canary\n  "context_servers": {\n    "everything": { "command": "node", "args": ["${EVERYTHING}"] },\n  },\n}\n`,
    );
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const ran = await home.run(['--route', 'zed', '--scan', '--yes', '--url', url, '--data', 'kept']);
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain(`boomgate.config.json --port ${port} --data kept\n`);
    expect(ran.stderr).toContain('boomgate stack --undo zed --data kept\n');
    await startGateway(home, port, '--data', 'kept');
    const { command, args } = parseJsonc(await readFile(path, 'utf8')).context_servers.everything;
    const client = new Client({ name: 'c', version: '1' });
    const env = cleanEnvironment({ HOME: home.home });
    await client.connect(new StdioClientTransport({ command, args, env, stderr: 'ignore' }));
    closing.push(() => client.close());
    const { content } = await client.callTool({ name: 'echo', arguments: { message: 'hi' } });
    expect(content).toEqual([{ type: 'text', text: 'Echo: hi' }]);
  });
});

/** A routing that needs no scan, as the configuration has a policy. */
async function withPolicy(): Promise<
  Home & { readonly path: string; readonly route: (...more: string[]) => Promise<Ran> }
> {
  const home = await aHome();
  const path = await home.write('.cursor/mcp.json', CURSOR);
  await home.write(
    'work/boomgate.config.json',
    '{ "policies": { "none": { "version": "1", "default": "deny" } } }\n',
  );
  const route = (...more: string[]) => home.run(['--route', 'cursor', '--policy', 'none', ...more]);
  return { ...home, path, route };
}

describe('routing', () => {
  it('shows the difference and changes nothing when nobody can answer', async () => {
    const { home, path, route } = await withPolicy();
    const before = await everyFile(home);
    // Of a folder in which no gateway has run, so that none has said where it is reached.
    const ran = await route('-s', 'everything', '--data', 'none');
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('or --yes, found neither') });
    expect(ran.stdout).toContain('+      "url": "http://127.0.0.1:7411/mcp/everything",');
    expect(ran.stdout).toContain(
      '-    "everything": { "command": "node", "args": ["…"], "autoApprove": ["…"] },',
    );
    expect(ran.stdout + ran.stderr).not.toMatch(CANARY);
    expect(await everyFile(home)).toBe(before);
    expect((await readFile(path)).equals(Buffer.from(CURSOR))).toBe(true);
  });

  it('leaves servers whose secrets are not set, and routes them once they are', async () => {
    const { path, route, work } = await withPolicy();
    const first = await route('--yes');
    expect(first.code).toBe(1);
    expect(first.stderr).toContain(
      '  GITHUB_URL = mcpServers.github.url\n  GITHUB_TOKEN = mcpServers.github.headers.Authorization after "Bearer "',
    );
    expect(first.stderr).toContain('  PG_ARG_4 = mcpServers.pg.args[3]\n  PG_P = mcpServers.pg.env.P');
    const named = await route('--yes', '-s', 'pg');
    expect(named).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing was changed') });
    const env = { PG_ARG_4: 'canary-argument', PG_P: 'canary-env' };
    const second = await boomgate(['stack', '--route', 'cursor', '--policy', 'none', '--yes', '-s', 'pg'], {
      cwd: work,
      env: { HOME: dirname(work), ...env },
    });
    expect(second, second.stderr).toMatchObject({ code: 0 });
    const config = JSON.parse(await readFile(join(work, 'boomgate.config.json'), 'utf8'));
    expect(config.mcpServers.pg).toEqual({
      command: 'npx',
      args: ['-y', 'pg-server', '--dsn', '${env:PG_ARG_4}'],
      env: { P: '${env:PG_P}' },
    });
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain('canary-argument');
    expect([first, named, second].map(({ stderr, stdout }) => stdout + stderr).join('')).not.toMatch(CANARY);
  });

  it('that fails before the file of the client is written takes its grants back and leaves no copy of the file', async () => {
    const { home, path, route, work } = await withPolicy();
    const data = join(work, 'kept');
    await mkdir(data, { mode: 0o700 });
    await writeFile(join(data, 'routes'), 'in the way');
    const again = () => route('--yes', '-s', 'everything', '--data', 'kept');
    expect(await again()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('kept/routes: cannot be written: it already exists'),
    });
    expect(await readFile(path)).toEqual(Buffer.from(CURSOR));
    expect(await readdir(join(home, '.cursor'))).toEqual(['mcp.json']);
    const states = async () => {
      const { stdout } = await boomgate(['grant', 'list', '--json', '--data', data], { env: { HOME: home } });
      return JSON.parse(stdout).map(({ state }: { state: string }) => state);
    };
    expect(await states()).toEqual(['revoked']);
    await rm(join(data, 'routes'));
    expect(await again()).toMatchObject({ code: 0 });
    expect((await states()).toSorted()).toEqual(['active', 'revoked']);
  });

  it('refuses what it cannot do, with the mend', async () => {
    const { home, route, run, write } = await withPolicy();
    expect((await route('--yes', '-s', 'nobody')).stderr).toContain('known: everything, github, pg');
    expect((await run(['--route', 'vscode', '--scan'])).stderr).toContain(
      'expected a file of VS Code, found none at ~/',
    );
    const itself = await run([
      '--route',
      'cursor',
      '--policy',
      'none',
      '--config',
      join(home, '.cursor/mcp.json'),
    ]);
    expect(itself.stderr).toContain("this is the client's own file");
    await write('.codex/config.toml', '[mcp_servers]\na.command = "x"\n');
    const dotted = await run(['--route', 'codex', '--policy', 'none', '--yes']);
    expect(dotted).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('replace it by hand with\n[mcp_servers.a]'),
    });
  });
});

describe('undoing', () => {
  it('restores a file behind a link, entry by entry when it was edited, and refuses to lose an edit', async () => {
    const { home, path, route, run } = await withPolicy();
    const real = join(home, 'dotfiles.json');
    await rename(path, real);
    await chmod(real, 0o640);
    await symlink(real, path);
    expect((await route('--yes', '-s', 'everything')).code).toBe(0);
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect((await stat(real)).mode & 0o777).toBe(0o640);
    const [name = ''] = (await readdir(home)).filter((one) => one.includes('boomgate-backup'));
    const backup = join(home, name);
    expect((await stat(backup)).mode & 0o777).toBe(0o600);
    expect((await readFile(backup)).equals(Buffer.from(CURSOR))).toBe(true);

    const routed = await readFile(path, 'utf8');
    const undo = () => run(['--undo', 'cursor', '--yes']);
    const stays = async (text: string, message: RegExp): Promise<void> => {
      await writeFile(path, text);
      expect(await undo()).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
      expect(await readFile(path, 'utf8')).toBe(text);
    };
    await stays(
      routed.replace('/mcp/everything', '/mcp/mine'),
      /edited since[\s\S]*its backup is .*boomgate-backup-/,
    );
    await writeFile(backup, '{}');
    await stays(routed, /the backup is missing or changed/);
    await writeFile(backup, CURSOR);

    await writeFile(path, routed.replace('// canary of a comment', '// edited'));
    expect(await undo()).toMatchObject({ code: 0, stderr: expect.stringContaining('was edited since') });
    expect(await readFile(path, 'utf8')).toBe(CURSOR.replace('// canary of a comment', '// edited'));
    expect((await readFile(backup)).equals(Buffer.from(CURSOR))).toBe(true);
  });
});

/** Names and contents of everything under a folder, but for the store. */
async function everyFile(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const texts = await Promise.all(files.map(async (path) => `${path}\n${await readFile(path, 'utf8')}`));
  return texts.join('\n');
}

async function startGateway({ home, work }: Home, port: number, ...more: string[]): Promise<void> {
  const args = ['up', '--port', String(port), '--json', ...more];
  const child = spawn(BOOMGATE, args, { cwd: work, env: cleanEnvironment({ HOME: home }) });
  closing.push(() => ended(child));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  await vi.waitFor(() => expect(lines.join('\n')).toContain('"url"'), { timeout: 30_000, interval: 50 });
}

function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
}

async function callEcho(url: string, token: string): Promise<unknown> {
  const client = new Client({ name: 'c', version: '1' });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  const { content } = await client.callTool({ name: 'echo', arguments: { message: 'hi' } });
  await client.close();
  return content;
}

/** A port that was free a moment ago: the client's file has to name it before the gateway listens. */
async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
