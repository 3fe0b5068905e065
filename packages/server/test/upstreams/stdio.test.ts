import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UpstreamNotification } from '../../src/upstreams/index.ts';
import { call, type Opened, opened, stdioServer } from './fixtures.ts';

let room: Opened;
let folder: string;

beforeAll(async () => {
  room = opened();
  folder = await mkdtemp(join(tmpdir(), 'boomgate-upstreams-'));
});

afterAll(async () => {
  await room[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('the reference servers over stdio', () => {
  it('everything: is found to be legacy, lists, calls, and passes progress', async () => {
    const upstream = room.upstreams.for(stdioServer('mcp-server-everything', ['stdio']), 'g');
    expect(await upstream.describe()).toMatchObject({ era: 'legacy', protocol: '2025-11-25' });
    const [tools, prompts, resources] = await Promise.all([
      upstream.list('tools'),
      upstream.list('prompts'),
      upstream.list('resources'),
    ]);
    expect([tools, prompts, resources].map(({ items }) => items.length > 2)).toEqual([true, true, true]);
    expect([...tools.dropped, ...prompts.dropped, ...resources.dropped]).toEqual([
      {
        key: 'simulate-research-query',
        reason: expect.stringContaining('"execution.taskSupport" is "required"'),
      },
    ]);
    expect(await call(upstream, 'echo', { message: 'Grüße' })).toMatchObject({
      kind: 'result',
      result: { content: [{ text: 'Echo: Grüße' }] },
    });
    const seen: UpstreamNotification[] = [];
    const answer = await upstream.send({
      method: 'tools/call',
      params: { name: 'trigger-long-running-operation', arguments: { duration: 0.3, steps: 3 } },
      signal: new AbortController().signal,
      wantsProgress: true,
      onNotification: (notification) => seen.push(notification),
    });
    expect(answer.kind).toBe('result');
    expect(seen.map(({ params }) => params)).toEqual(
      [1, 2, 3].map((progress) => expect.objectContaining({ progress, total: 3 })),
    );
    expect(seen.every(({ params }) => !('progressToken' in params))).toBe(true);
  });

  it('gives a process PATH and HOME and what its settings name, and nothing else', async () => {
    process.env['BOOMGATE_TEST_SECRET'] = 'must not be inherited';
    const target = {
      kind: 'stdio',
      command: 'mcp-server-everything',
      args: ['stdio'],
      env: { OWN: 'mine' },
    } as const;
    const upstream = room.upstreams.for(stdioServer('', [], { id: 'env', era: 'legacy', target }), 'g');
    const answer = await call(upstream, 'get-env');
    const text = answer.kind === 'result' ? JSON.stringify(answer.result) : '';
    expect(text).toContain('OWN');
    expect(text).toContain('PATH');
    expect(text).not.toContain('BOOMGATE_TEST_SECRET');
    delete process.env['BOOMGATE_TEST_SECRET'];
  });

  it('filesystem: writes and reads, and refuses by a result what is outside', async () => {
    const upstream = room.upstreams.for(stdioServer('mcp-server-filesystem', [folder]), 'g');
    const path = join(folder, 'a.txt');
    expect(await call(upstream, 'write_file', { path, content: 'x' })).toMatchObject({ kind: 'result' });
    expect(await readFile(path, 'utf8')).toBe('x');
    expect(await call(upstream, 'read_text_file', { path: '/etc/passwd' })).toMatchObject({
      result: { isError: true },
    });
  });

  it('memory: answers a hundred calls at once, each with its own answer', async () => {
    const target = {
      kind: 'stdio',
      command: 'mcp-server-memory',
      args: [],
      env: { MEMORY_FILE_PATH: join(folder, 'memory.json') },
    } as const;
    const upstream = room.upstreams.for(stdioServer('', [], { id: 'memory', target }), 'g');
    const queries = Array.from({ length: 100 }, (_, at) => `nothing${at}`);
    const answers = await Promise.all(queries.map((query) => call(upstream, 'search_nodes', { query })));
    expect(answers.every(({ kind }) => kind === 'result')).toBe(true);
  });
});

describe('a server of the official kit over stdio', () => {
  it.each([
    ['auto', 'modern'],
    ['modern', 'modern'],
    ['legacy', 'legacy'],
  ] as const)('with era %s is spoken to as %s', async (era, spoken) => {
    const program = join(import.meta.dirname, 'kit-stdio.ts');
    const upstream = room.upstreams.for(
      stdioServer(process.execPath, [program], { id: `kit ${era}`, era }),
      'g',
    );
    expect(await upstream.describe()).toMatchObject({ era: spoken, serverInfo: { name: 'kit' } });
    expect([...(await upstream.list('tools')).byKey.keys()]).toEqual(['echo']);
    expect(await call(upstream, 'echo', { text: 'hi' })).toMatchObject({
      result: { content: [{ text: `${spoken}:hi` }] },
    });
  });
});

describe('the command line', () => {
  it('reaches the process as it is, whatever a shell would make of it', async () => {
    const script = join(folder, 'args.mjs');
    const out = join(folder, 'args.json');
    await writeFile(
      script,
      `import fs from 'node:fs'; fs.writeFileSync(${JSON.stringify(out)}, JSON.stringify(process.argv.slice(2)));`,
    );
    const args = ['; touch pwned', '$(id)', '`id`', '&& x', 'a\nb', '--', '*'];
    const upstream = room.upstreams.for(
      stdioServer(process.execPath, [script, ...args], { id: 'args', era: 'legacy' }),
      'g',
    );
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'failure', code: 'not_started', acted: 'no' });
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(args);
  });

  it.each(['nonesuch-command', './nonesuch', tmpdir(), import.meta.filename])(
    'says what to check when %s cannot be run',
    async (command) => {
      const own = opened();
      const upstream = own.upstreams.for(stdioServer(command, []), 'g');
      const answer = await call(upstream, 'a');
      expect(answer).toEqual({
        kind: 'failure',
        code: 'command_not_found',
        acted: 'no',
        message: 'the server cannot be started',
      });
      const reason = own.upstreams.states()[0]?.reason;
      expect(reason).toContain(JSON.stringify(command));
      expect(reason).toContain('PATH');
      expect(own.logged.join()).toContain(JSON.stringify(command));
      await own[Symbol.asyncDispose]();
    },
  );

  it('names a working folder that does not exist, and an argument that cannot be passed', async () => {
    const own = opened();
    const target = {
      kind: 'stdio',
      command: process.execPath,
      args: [],
      env: {},
      cwd: '/no/such/folder',
    } as const;
    expect(
      await call(own.upstreams.for(stdioServer('', [], { era: 'legacy', target }), 'g'), 'a'),
    ).toMatchObject({ code: 'not_started', acted: 'no' });
    expect(own.upstreams.states()[0]?.reason).toContain('/no/such/folder');
    const nul = own.upstreams.for(stdioServer(process.execPath, ['a\0b'], { era: 'legacy' }), 'g');
    expect(await call(nul, 'a')).toMatchObject({ code: 'not_started', acted: 'no' });
    await own[Symbol.asyncDispose]();
  });
});
