import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AGENTS, type AgentClient, connectAgent, textOf } from '../support/clients.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { everythingOverHttp, freePort, npmServer, until } from '../support/programs.ts';
import { legacyAgent, modernAgent } from '../support/raw-agent.ts';
import { modernCall, post } from '../support/rpc.ts';
import { startStub } from '../support/stub.ts';

const STDIO = { command: process.execPath, args: [npmServer('everything'), 'stdio'] };
const echo = async (agent: AgentClient, message: string): Promise<string> =>
  textOf(await agent.callTool({ name: 'echo', arguments: { message } }));

/** A gateway that keeps its address when it starts again. */
const bootAt = async (mcpServers: Readonly<Record<string, object>>): Promise<TestGateway> =>
  bootGateway({ mcpServers, options: { port: await freePort() } });

/** A modern server whose one tool answers when it is let go. */
const startWaiting = (released: Promise<false>): ReturnType<typeof startStub> =>
  startStub({ era: 'modern', tools: [{ name: 'work' }], onCall: () => released });

describe.each(AGENTS)('P §7.4 a restart of the gateway while %s is connected', (kind) => {
  it.each(['stdio', 'http'])('goes unnoticed by it, server over %s', async (transport) => {
    await using http = transport === 'http' ? await everythingOverHttp() : undefined;
    await using gateway = await bootAt({ server: http === undefined ? STDIO : { url: http.url } });
    const agent = await connectAgent(kind, gateway.endpoint('server'), gateway.token);
    expect(await echo(agent, 'before')).toContain('before');
    await gateway.restart();
    expect(await echo(agent, 'after')).toContain('after');
    expect((await agent.listTools()).tools.length).toBeGreaterThan(0);
    await agent.close();
  });
});

describe('a restart of the server', () => {
  it.each(AGENTS)('over HTTP is met by a new session, %s', async (kind) => {
    const port = await freePort();
    const first = await everythingOverHttp(port);
    await using gateway = await bootAt({ server: { url: first.url } });
    const agent = await connectAgent(kind, gateway.endpoint('server'), gateway.token);
    expect(await echo(agent, 'before')).toContain('before');
    await first[Symbol.asyncDispose]();
    expect(await echo(agent, 'meanwhile')).toBe('[UPSTREAM UNAVAILABLE] the server cannot be reached');
    await using _second = await everythingOverHttp(port);
    await until(async () => (await echo(agent, 'after')).includes('Echo: after'));
    await agent.close();
  });

  it('over stdio ends the call that it met, once and for all, and serves the next', async () => {
    const program = `
      const say = (m) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...m }) + '\\n');
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { id, method, params } = JSON.parse(line);
        if (method === 'initialize') say({ id, result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } } });
        else if (method === 'tools/list') say({ id, result: { tools: [{ name: 'die', inputSchema: { type: 'object' } }, { name: 'live', inputSchema: { type: 'object' } }] } });
        else if (method === 'tools/call' && params.name === 'die') { require('node:fs').appendFileSync(process.env.MARKS, 'x'); process.exit(1); }
        else if (method === 'tools/call') say({ id, result: { content: [{ type: 'text', text: 'alive' }] } });
        else if (id !== undefined) say({ id, error: { code: -32601, message: 'Method not found' } });
      });`;
    const marks = join(await mkdtemp(join(tmpdir(), 'boomgate-restart-')), 'marks');
    await using gateway = await bootAt({
      server: { command: process.execPath, args: ['-e', program], env: { MARKS: marks }, era: 'legacy' },
    });
    for (const open of [modernAgent, legacyAgent]) {
      const agent = await open(gateway.endpoint('server'), gateway.token);
      const died = await agent.request('tools/call', { name: 'die', arguments: {} });
      // Unlike what never reached the server, this may have had its effect: a model is told so before it tries again.
      expect(died.body.result?.content?.[0]?.text).toMatch(
        /^\[UPSTREAM UNAVAILABLE\] .*; the call may have been carried out, so look before you make it again$/,
      );
      await until(async () => {
        const { body } = await agent.request('tools/call', { name: 'live', arguments: {} });
        return body.result?.content?.[0]?.text === 'alive';
      });
    }
    expect(await readFile(marks, 'utf8')).toBe('xx');
  });
});

describe('a connection that is lost in the middle of a call', () => {
  it.each(['modern', 'legacy'] as const)(
    'to a %s server is a definite answer, and nothing runs twice',
    async (era) => {
      await using stub = await startStub({
        era,
        tools: [{ name: 'work' }],
        onCall: (_received, response: ServerResponse) => {
          response.destroy();
          return true;
        },
      });
      await using gateway = await bootAt({ server: { url: stub.url } });
      const lost = await post(gateway.endpoint('server'), gateway.token, modernCall('work'));
      expect(lost.status).toBe(200);
      expect(lost.body.result?.content?.[0]?.text).toContain('[UPSTREAM UNAVAILABLE]');
      expect(stub.calls()).toHaveLength(1);
    },
  );

  it('from a legacy agent does not end the call, which is recorded', async () => {
    const released = Promise.withResolvers<false>();
    await using stub = await startWaiting(released.promise);
    await using gateway = await bootAt({ server: { url: stub.url } });
    const agent = await legacyAgent(gateway.endpoint('server'), gateway.token);
    const gone = new AbortController();
    const call = agent.request('tools/call', { name: 'work', arguments: {} }, gone.signal);
    await until(() => stub.calls().length === 1);
    gone.abort();
    await expect(call).rejects.toThrow();
    released.resolve(false);
    const { decisions } = gateway.gateway.store;
    const outcome = async () => (await decisions.query({ limit: 1, method: 'tools/call' }))[0]?.outcomeRow;
    await until(async () => (await outcome()) !== undefined);
    expect(await outcome()).toMatchObject({ status: 'result' });
    expect(stub.calls()).toHaveLength(1);
  });
});

describe('a stop of the gateway', () => {
  it.each([modernAgent, legacyAgent])('lets the call that is under way finish (%#)', async (open) => {
    const released = Promise.withResolvers<false>();
    await using stub = await startWaiting(released.promise);
    await using gateway = await bootAt({ server: { url: stub.url } });
    const agent = await open(gateway.endpoint('server'), gateway.token);
    const call = agent.request('tools/call', { name: 'work', arguments: {} });
    await until(() => stub.calls().length === 1);
    const stopped = gateway.gateway.close();
    released.resolve(false);
    expect((await call).body.result?.content?.[0]?.text).toBe('done');
    await stopped;
    // The address is free again: nothing of the gateway listens any more.
    const { port } = new URL(gateway.gateway.url);
    const next = createServer();
    await new Promise<void>((resolve, reject) =>
      next.once('error', reject).listen(Number(port), '127.0.0.1', resolve),
    );
    next.close();
  });
});
