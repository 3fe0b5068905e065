import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as LegacyStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, it } from 'vitest';
import { BOOMGATE, boomgate, cleanEnvironment, temporaryFolder } from './command.ts';
import { startDualServer, startSessionServer, type TestServer, TOKEN } from './mcp-server.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const text = (result: unknown): unknown => (result as { content: { text: string }[] }).content[0]?.text; // every tool of these servers answers with one text

function command(url: string): { command: string; args: string[]; env: Record<string, string> } {
  return {
    command: BOOMGATE,
    args: ['run', '--server', 'test', '--url', url],
    env: cleanEnvironment({ BOOMGATE_GRANT: TOKEN }),
  };
}

async function kept<T extends AsyncDisposable>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  closing.push(async () => started[Symbol.asyncDispose]());
  return started;
}

async function connect(server: TestServer, mode: 'legacy' | 'auto' | { pin: string }): Promise<Client> {
  const client = new Client({ name: 'c', version: '1' }, { versionNegotiation: { mode } });
  await client.connect(new StdioClientTransport({ ...command(server.url), stderr: 'pipe' }));
  closing.push(() => client.close());
  return client;
}

async function connectLegacy(server: TestServer): Promise<LegacyClient> {
  const client = new LegacyClient({ name: 'c', version: '1' }, { capabilities: { elicitation: {} } });
  closing.push(() => client.close());
  return client.connect(new LegacyStdio({ ...command(server.url), stderr: 'pipe' })).then(() => client);
}

describe.each([
  ['the default mode', 'legacy'],
  ['auto', 'auto'],
  ['a pinned revision', { pin: '2026-07-28' }],
] as const)('a stdio client of the newest generation in %s', (_, mode) => {
  it('lists and calls through the bridge', async () => {
    const server = await kept(startDualServer());
    const client = await connect(server, mode);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('greet');
    expect(text(await client.callTool({ name: 'greet', arguments: { name: 'Ö', region: 'nörd' } }))).toBe(
      'hello Ö',
    );
    expect((await client.getPrompt({ name: 'grüß' })).messages[0]?.content).toMatchObject({ text: 'servus' });
  });

  it('has concurrent calls and a cancelled call', async () => {
    const server = await kept(startDualServer());
    const client = await connect(server, mode);
    const stop = new AbortController();
    const waiting = client.callTool({ name: 'wait', arguments: {} }, { signal: stop.signal });
    const refused = expect(waiting).rejects.toThrow();
    await expect.poll(() => server.waits.begun).toBe(1);
    const names = await Promise.all(
      ['a', 'b', 'c'].map(async (name) =>
        text(await client.callTool({ name: 'greet', arguments: { name } })),
      ),
    );
    expect(names).toEqual(['hello a', 'hello b', 'hello c']);
    stop.abort();
    await refused;
    // A legacy server without sessions cannot tell which request a later cancellation means.
    if (mode !== 'legacy') await expect.poll(() => server.waits.cancelled).toBe(1);
  });
});

describe('the bridge and the older generation', () => {
  it('keeps the session: calls, questions from the server, unasked messages, cancellation, goodbye', async () => {
    const server = await kept(startSessionServer());
    const client = await connectLegacy(server);
    client.setRequestHandler(ElicitRequestSchema, async () => ({
      action: 'accept',
      content: { name: 'Ada' },
    }));
    let changes = 0;
    client.setNotificationHandler(ToolListChangedNotificationSchema, async () => {
      changes += 1;
    });
    expect(text(await client.callTool({ name: 'greet', arguments: { name: 'x' } }))).toBe('hello x');
    expect(text(await client.callTool({ name: 'ask', arguments: {} }))).toBe('it is Ada');
    await expect.poll(() => server.seen.some(({ method }) => method === 'GET')).toBe(true);
    await client.callTool({ name: 'change', arguments: {} });
    await expect.poll(() => changes).toBe(1);

    const stop = new AbortController();
    const waiting = client.callTool({ name: 'wait', arguments: {} }, undefined, { signal: stop.signal });
    const refused = expect(waiting).rejects.toThrow();
    await expect.poll(() => server.waits.begun).toBe(1);
    stop.abort();
    await refused;
    await expect.poll(() => server.waits.cancelled).toBe(1);

    await client.close();
    await expect.poll(() => server.seen.at(-1)?.method).toBe('DELETE');
  });

  it('opens a session anew that the gateway has forgotten, without the client noticing', async () => {
    const server = await kept(startSessionServer());
    const client = await connectLegacy(server);
    server.forget();
    const answers = await Promise.all(
      ['x', 'y'].map(async (name) => text(await client.callTool({ name: 'greet', arguments: { name } }))),
    );
    expect(answers).toEqual(['hello x', 'hello y']);
  });

  it('sends the version header after the handshake, and never the token elsewhere than in Authorization', async () => {
    const server = await kept(startSessionServer());
    const client = await connectLegacy(server);
    await client.listTools();
    expect(server.seen[0]?.headers['mcp-protocol-version']).toBeUndefined();
    const last = server.seen.findLast(({ method }) => method === 'POST');
    expect(last?.headers['mcp-protocol-version']).toBe('2025-11-25');
    for (const { headers } of server.seen) {
      const { authorization, ...others } = headers;
      expect(authorization).toBe(`Bearer ${TOKEN}`);
      expect(JSON.stringify(others)).not.toContain(TOKEN);
    }
  });
});

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

type RawBridge = { readonly child: ChildProcess; readonly lines: string[]; readonly notes: string[] };

function startRaw(url: string, token = TOKEN): RawBridge {
  const { command: file, args, env } = command(url);
  const child = spawn(file, args, { env: { ...env, BOOMGATE_GRANT: token } });
  closing.push(async () => child.kill('SIGKILL'));
  const raw: RawBridge = { child, lines: [], notes: [] };
  createInterface({ input: child.stdout }).on('line', (line) => raw.lines.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => raw.notes.push(line));
  return raw;
}

const exit = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));

describe('the bridge line by line', () => {
  it('passes progress on before the answer, and mirrors the body in the headers', async () => {
    const server = await kept(startDualServer());
    const { child, lines } = startRaw(server.url);
    const call = { name: 'progress', arguments: {}, _meta: { ...ENVELOPE, progressToken: 'p' } };
    child.stdin?.end(`${JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: call })}\r\n`);
    expect(await exit(child)).toBe(0);
    await expect.poll(() => lines).toHaveLength(3);
    expect(lines.map((line) => JSON.parse(line).params?.progress ?? JSON.parse(line).id)).toEqual([1, 2, 7]);
    expect(server.seen[0]?.headers).toMatchObject({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'progress',
    });
  });

  // Clients in Go and Rust call what they know; those of the official TypeScript kit list by themselves.
  it('lists for a client that did not when its tool wants arguments in headers', async () => {
    const server = await kept(startDualServer());
    const { child, lines } = startRaw(server.url);
    const params = { name: 'greet', arguments: { name: 'x', region: 'nörd' }, _meta: ENVELOPE };
    for (const id of [7, 8]) {
      child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params })}\n`);
      await expect.poll(() => lines).toHaveLength(id - 6);
    }
    child.stdin?.end();
    expect(await exit(child)).toBe(0);
    const answers = lines.map((line) => JSON.parse(line));
    expect(answers.map(({ id, result }) => [id, text(result)])).toEqual([
      [7, 'hello x'],
      [8, 'hello x'],
    ]);
    expect(server.seen.map(({ headers }) => headers['mcp-method'])).toEqual([
      'tools/call',
      'tools/list',
      'tools/call',
      'tools/call',
    ]);
  });
});

describe('the bridge when something is wrong', () => {
  it('answers with an error and tells the person once when the gateway is not running', async () => {
    const { child, lines, notes } = startRaw('http://127.0.0.1:9');
    child.stdin?.write('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n');
    child.stdin?.end('{"jsonrpc":"2.0","id":"b","method":"tools/list"}\n');
    expect(await exit(child)).toBe(0);
    await expect.poll(() => lines).toHaveLength(2);
    expect(lines.map((line) => JSON.parse(line).id)).toEqual([1, 'b']);
    expect(JSON.parse(lines[0] ?? '').error.message).toContain('start it with "boomgate up"');
    expect(notes).toEqual([expect.stringContaining('is not running')]);
  });

  it('says which credential is wrong without showing it', async () => {
    const server = await kept(startDualServer());
    const wrong = `bg_${'z'.repeat(49)}`;
    const { child, lines, notes } = startRaw(server.url, wrong);
    child.stdin?.end('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n');
    expect(await exit(child)).toBe(0);
    await expect.poll(() => lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '').error.message).toContain('does not accept the grant');
    expect([...lines, ...notes].join('\n')).not.toContain(wrong);
  });

  it('answers lines that are no messages, and goes on', async () => {
    const server = await kept(startDualServer());
    const { child, lines } = startRaw(server.url);
    child.stdin?.write('{"jsonrpc":\n\n[1]x\n{"a":1}\n');
    child.stdin?.end(
      '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}\n',
    );
    expect(await exit(child)).toBe(0);
    await expect.poll(() => lines).toHaveLength(4);
    expect(lines.slice(0, 3).map((line) => JSON.parse(line).error.code)).toEqual([-32700, -32700, -32600]);
    expect(JSON.parse(lines[3] ?? '').result.protocolVersion).toBe('2025-06-18');
  });

  it('ends with 0 on one SIGTERM, even with a call under way and the input open', async () => {
    const server = await kept(startDualServer());
    const { child } = startRaw(server.url);
    const call = { name: 'wait', arguments: {}, _meta: ENVELOPE };
    child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call })}\n`);
    await expect.poll(() => server.waits.begun).toBe(1);
    child.kill('SIGTERM');
    expect(await exit(child)).toBe(0);
    await expect.poll(() => server.waits.cancelled).toBe(1);
  });

  it('takes the token from a file and warns when others can read it', async () => {
    const server = await kept(startDualServer());
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'grant');
    await writeFile(file, `${TOKEN}\n`, { mode: 0o644 });
    const args = ['run', '--server', 'test', '--url', server.url, '--token-file', file];
    const ran = await boomgate(args, { input: '{"jsonrpc":"2.0","id":1,"method":"ping"}\n' });
    expect(ran.stderr).toContain('chmod 600');
    expect(JSON.parse(ran.stdout).id).toBe(1);
    expect(ran.code).toBe(0);
  });

  it.each([
    ['no token', {}, ['--server', 'test'], 'BOOMGATE_GRANT'],
    ['a token that is none', { BOOMGATE_GRANT: 'short' }, ['--server', 'test'], '32 to 256'],
    ['no server', { BOOMGATE_GRANT: TOKEN }, [], '--server NAME'],
    [
      'plain http to elsewhere',
      { BOOMGATE_GRANT: TOKEN },
      ['--server', 'test', '--url', 'http://example.com'],
      'https',
    ],
  ])('refuses %s with exit 2', async (_, env, args, message) => {
    const ran = await boomgate(['run', ...args], { env });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).not.toContain(TOKEN);
  });
});
