import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import type { UpstreamNotification } from '../../src/upstreams/index.ts';
import {
  call,
  environment,
  httpServer,
  type Listening,
  listening,
  type Opened,
  opened,
  until,
} from './fixtures.ts';

let aborted = 0;

/** A server made with the official kit. */
function kitServer(legacy: 'stateless' | 'reject'): Promise<Listening> {
  const handler = createMcpHandler(
    ({ era }) => {
      const server = new McpServer({ name: 'kit', version: '1' });
      server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, async ({ text }) => ({
        content: [{ type: 'text', text: `${era}:${text}` }],
      }));
      server.registerTool('wait', {}, async (context) => {
        await new Promise<void>((resolve) =>
          context.mcpReq.signal.addEventListener('abort', () => resolve()),
        );
        aborted += 1;
        return { content: [] };
      });
      server.registerTool('steps', {}, async (context) => {
        const progressToken = context.mcpReq._meta?.progressToken;
        for (const progress of [1, 2, 3]) {
          if (progressToken === undefined) break;
          await context.mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress },
          });
        }
        return { content: [{ type: 'text', text: 'done' }] };
      });
      return server;
    },
    { legacy },
  );
  const serve = toNodeHandler(handler);
  return listening((request, response) => {
    // The type of the kit forbids `undefined` for headers that are absent, which Node's own type has.
    void serve(request as Parameters<typeof serve>[0], response);
  });
}

let room: Opened;
let dual: Listening;
let modernOnly: Listening;

beforeAll(async () => {
  room = opened();
  dual = await kitServer('stateless');
  modernOnly = await kitServer('reject');
});

afterAll(async () => {
  await room[Symbol.asyncDispose]();
  await dual[Symbol.asyncDispose]();
  await modernOnly[Symbol.asyncDispose]();
});

describe('a server of the official kit over HTTP', () => {
  const pairs = [
    ['dual', 'auto', 'modern'],
    ['dual', 'modern', 'modern'],
    ['dual', 'legacy', 'legacy'],
    ['modern only', 'auto', 'modern'],
  ] as const;

  it.each(pairs)(
    '%s with era %s is spoken to as %s: described, listed and called',
    async (kind, era, spoken) => {
      const { url } = kind === 'dual' ? dual : modernOnly;
      const upstream = room.upstreams.for(httpServer(url, { id: `${kind} ${era}`, era }), 'g');
      const description = await upstream.describe();
      expect(description).toMatchObject({
        era: spoken,
        serverInfo: { name: 'kit' },
        capabilities: { tools: {} },
      });
      const listing = await upstream.list('tools');
      expect([...listing.byKey.keys()]).toEqual(['echo', 'steps', 'wait']);
      expect((await upstream.list('prompts')).items).toEqual([]);
      expect(await call(upstream, 'echo', { text: 'Grüße' })).toMatchObject({
        kind: 'result',
        result: { content: [{ type: 'text', text: `${spoken}:Grüße` }] },
        httpStatus: 200,
      });
    },
  );

  it.each(['modern', 'legacy'] as const)(
    'passes progress of a %s server in order and without the token',
    async (era) => {
      const upstream = room.upstreams.for(httpServer(dual.url, { id: `progress ${era}`, era }), 'g');
      const seen: UpstreamNotification[] = [];
      const answer = await upstream.send({
        method: 'tools/call',
        params: { name: 'steps', arguments: {} },
        signal: new AbortController().signal,
        wantsProgress: true,
        onNotification: (notification) => seen.push(notification),
      });
      expect(answer).toMatchObject({ kind: 'result', result: { content: [{ text: 'done' }] } });
      expect(seen).toEqual(
        [1, 2, 3].map((progress) => ({ method: 'notifications/progress', params: { progress } })),
      );
    },
  );

  it('aborts a modern call at the server when the agent gives up', async () => {
    const upstream = room.upstreams.for(httpServer(dual.url, { id: 'abort', era: 'modern' }), 'g');
    const abort = new AbortController();
    const answer = call(upstream, 'wait', {}, abort.signal);
    setTimeout(() => abort.abort(), 50);
    expect(await answer).toMatchObject({ kind: 'failure', code: 'cancelled', acted: 'maybe' });
    await until(() => aborted === 1);
  });

  it('gives an error of the protocol as an error, and one of the tool as a result', async () => {
    const upstream = room.upstreams.for(httpServer(dual.url, { id: 'errors', era: 'modern' }), 'g');
    expect(await call(upstream, 'nonesuch')).toMatchObject({ kind: 'error', error: { code: -32602 } });
    expect(await call(upstream, 'echo', { text: 5 })).toMatchObject({
      kind: 'result',
      result: { isError: true },
    });
    const { signal } = new AbortController();
    const unknown = await upstream.send({ method: 'no/such', params: {}, signal, wantsProgress: false });
    expect(unknown).toMatchObject({ kind: 'error', error: { code: -32601 }, httpStatus: 404 });
  });

  it('fails loudly when a modern-only server is registered as legacy', async () => {
    const upstream = room.upstreams.for(httpServer(modernOnly.url, { id: 'wrong', era: 'legacy' }), 'g');
    await expect(upstream.describe()).rejects.toMatchObject({ code: 'bad_answer' });
    expect(await call(upstream, 'echo')).toMatchObject({ kind: 'failure', acted: 'no' });
  });
});

describe('the reference server over HTTP', () => {
  it('is found to be legacy, keeps a session, and is called after it was restarted', async () => {
    const port = await freePort();
    const settings = httpServer(`http://127.0.0.1:${port}/mcp`, { slug: 'everything' });
    const first = await startEverything(port);
    const upstream = room.upstreams.for(settings, 'g');
    expect(await upstream.describe()).toMatchObject({ era: 'legacy', protocol: '2025-11-25' });
    expect((await upstream.list('tools')).byKey.has('echo')).toBe(true);
    expect((await upstream.list('resourceTemplates')).items.length).toBeGreaterThan(0);
    expect(await call(upstream, 'echo', { message: 'hi' })).toMatchObject({
      result: { content: [{ text: 'Echo: hi' }] },
    });
    await first();
    expect(await call(upstream, 'echo', { message: 'down' })).toMatchObject({
      kind: 'failure',
      code: 'unreachable',
      acted: 'no',
    });
    const second = await startEverything(port);
    // This server answers a lost session with 400, which is not certain enough to send again by itself.
    await call(upstream, 'echo', { message: 'lost' });
    expect(await call(upstream, 'echo', { message: 'back' })).toMatchObject({
      result: { content: [{ text: 'Echo: back' }] },
    });
    await second();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the server and gives what ends it. */
async function startEverything(port: number): Promise<() => Promise<void>> {
  const program = join(
    import.meta.dirname,
    '../../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
  );
  const child = spawn(process.execPath, [program, 'streamableHttp'], {
    env: { ...environment, PORT: String(port) },
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  child.stdout.on('data', (text) => {
    said += text;
  });
  await until(() => /listening|running/i.test(said));
  return () =>
    new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
}
