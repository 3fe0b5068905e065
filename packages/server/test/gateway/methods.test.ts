import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STREAM_AFTER_MS } from '../../src/limits/index.ts';
import { editConfig } from '../cases/support/index.ts';
import { connectAgent } from '../support/clients.ts';
import { openEvents } from '../support/events.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { npmServer, until } from '../support/programs.ts';
import { ENVELOPE, MODERN, modernCall, post, type RawAnswer } from '../support/rpc.ts';
import { openSession } from '../support/session.ts';
import { type Stub, startStub } from '../support/stub.ts';

describe('hidden and absent tools', () => {
  let stub: Stub;
  let gateway: TestGateway;
  beforeAll(async () => {
    stub = await startStub({
      era: 'modern',
      tools: [{ name: 'work' }, { name: 'secret_tool' }, { name: 'denied' }],
    });
    const policy = {
      version: '1',
      default: 'deny',
      hide: ['secret_*'],
      tools: { work: {}, secret_tool: {}, denied: { action: 'deny', reason: 'not today' } },
    };
    gateway = await bootGateway({ mcpServers: { stub: { url: stub.url } }, policies: { p: policy } });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await stub[Symbol.asyncDispose]();
  });

  it('are answered with the same bytes', async () => {
    const hidden = await post(gateway.endpoint('stub'), gateway.token, modernCall('secret_tool'));
    const absent = await post(gateway.endpoint('stub'), gateway.token, modernCall('absent_tool'));
    expect(hidden.body.error).toEqual({ code: -32602, message: 'Unknown tool: secret_tool' });
    expect(hidden.text.replaceAll('secret_tool', 'X')).toBe(absent.text.replaceAll('absent_tool', 'X'));
    expect([...hidden.headers].filter(([name]) => name !== 'date')).toEqual(
      [...absent.headers].filter(([name]) => name !== 'date'),
    );
    const entries = await gateway.gateway.store.decisions.query({ limit: 2, method: 'tools/call' });
    expect(entries.map(({ row }) => row.rule)).toEqual(['(hidden)', '(not offered)']);
    expect(stub.calls()).toHaveLength(0);
  });

  it('are not in the list, denied ones are', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: ENVELOPE } });
    const answer = await post(gateway.endpoint('stub'), gateway.token, {
      body,
      headers: { 'mcp-protocol-version': MODERN, 'mcp-method': 'tools/list' },
    });
    expect(answer.body.result).toMatchObject({
      resultType: 'complete',
      cacheScope: 'private',
      ttlMs: expect.any(Number),
    });
    expect(JSON.stringify(answer.body.result)).toContain('"denied"');
    expect(answer.text).not.toContain('secret_tool');
  });

  it('a denied one is refused with its reason', async () => {
    const answer = await post(gateway.endpoint('stub'), gateway.token, modernCall('denied'));
    expect(answer.body.result?.content?.[0]?.text).toBe('[POLICY DENIED] not today');
  });
});

describe('resources and prompts', () => {
  it('are listed and read as the policy says, in both eras', async () => {
    const policy = {
      version: '1',
      default: 'deny',
      resources: { allow: ['demo://resource/static/*'] },
      prompts: { allow: ['simple-*'] },
    };
    await using gateway = await bootGateway({
      mcpServers: { everything: { command: process.execPath, args: [npmServer('everything'), 'stdio'] } },
      policies: { p: policy },
    });
    for (const kind of ['client 2.x, auto', 'sdk 1.x'] as const) {
      const client = await connectAgent(kind, gateway.endpoint('everything'), gateway.token);
      const { prompts } = await client.listPrompts();
      expect(prompts.map((prompt) => prompt.name)).toEqual(['simple-prompt']);
      const { resources } = await client.listResources();
      expect(resources.length).toBeGreaterThan(0);
      expect(resources.every(({ uri }) => uri.startsWith('demo://resource/static/'))).toBe(true);
      await expect(client.readResource({ uri: 'file:///etc/passwd' })).rejects.toThrow('Resource not found');
      await client.close();
    }
    const rows = await gateway.gateway.store.decisions.query({ limit: 10, method: 'resources/read' });
    expect(rows.map(({ row }) => [row.target, row.outcome, row.rule, row.forwarded])).toEqual(
      Array(2).fill(['file:///etc/passwd', 'deny', '(default deny)', false]),
    );
  });
});

describe('batches', () => {
  it('of a 2025-03-26 session are decided element by element; other sessions may send none', async () => {
    await using stub = await startStub({ era: 'modern', tools: [{ name: 'work' }, { name: 'other' }] });
    await using gateway = await bootGateway({
      mcpServers: { stub: { url: stub.url } },
      policies: { p: { version: '1', default: 'deny', tools: { work: {} } } },
    });
    const call = (id: number, name: string) => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name, arguments: {} },
    });
    const batch = JSON.stringify([
      call(1, 'work'),
      call(2, 'other'),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
    ]);
    const sendIn = async (protocolVersion: string): Promise<RawAnswer> => {
      const initialize = {
        jsonrpc: '2.0',
        id: 0,
        method: 'initialize',
        params: { protocolVersion, capabilities: {}, clientInfo: { name: 'a', version: '1' } },
      };
      const opened = await post(gateway.endpoint('stub'), gateway.token, {
        body: JSON.stringify(initialize),
      });
      return post(gateway.endpoint('stub'), gateway.token, {
        body: batch,
        headers: { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' },
      });
    };
    const answers = JSON.parse((await sendIn('2025-03-26')).text);
    expect(
      answers.map((one: { id: number; result: { isError?: boolean } }) => [one.id, one.result.isError]),
    ).toEqual([
      [1, undefined],
      [2, true],
    ]);
    expect(stub.calls()).toHaveLength(1);
    expect((await sendIn('2025-06-18')).status).toBe(400);
    expect(stub.calls()).toHaveLength(1);
  });

  it('may say the name of the newest revision anywhere but in an envelope', async () => {
    await using stub = await startStub({ era: 'modern', tools: [{ name: 'work' }] });
    await using gateway = await bootGateway({ mcpServers: { stub: { url: stub.url } } });
    const clientInfo = { name: 'a', version: '1' };
    const params = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo };
    const opened = await post(gateway.endpoint('stub'), gateway.token, {
      body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
    });
    const sendWith = (id: number, its: object): Promise<RawAnswer> =>
      post(gateway.endpoint('stub'), gateway.token, {
        body: JSON.stringify([
          { jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'work', ...its } },
        ]),
        headers: { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' },
      });
    expect((await sendWith(1, { arguments: { day: MODERN } })).status).toBe(200);
    expect((await sendWith(2, { _meta: { 'com.example/day': MODERN } })).status).toBe(200);
    expect(stub.calls()).toHaveLength(2);
    expect((await sendWith(3, { _meta: ENVELOPE })).body.error?.code).toBe(-32600);
    expect(stub.calls()).toHaveLength(2);
  });

  it.each([
    ['the quick one last', ['work', 'ping']],
    ['the quick one first', ['ping', 'work']],
  ])('lend their stream to the session while one of them goes on, and no longer: %s', async (_, order) => {
    const said = Promise.withResolvers<() => void>();
    await using stub = await startStub({
      era: 'legacy',
      tools: [{ name: 'work' }],
      onCall: async ({ message: { id, params } }, response) => {
        const say = (one: object): void =>
          void response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...one })}\n\n`);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const meta = params?.['_meta'];
        // The other one has its answer by then.
        await setTimeout(100);
        say({ method: 'notifications/progress', params: { ...(meta as object), progress: 1 } });
        said.resolve(() => {
          say({ id, result: { content: [] } });
          response.end();
        });
        return true;
      },
    });
    const policy = { version: '1', default: 'allow' };
    await using gateway = await bootGateway({
      mcpServers: { s: { url: stub.url } },
      policies: { p: policy },
    });
    const session = await openSession({
      endpoint: gateway.endpoint('s'),
      token: gateway.token,
      protocol: '2025-03-26',
    });
    const requests: Readonly<Record<string, object>> = {
      work: { id: 5, method: 'tools/call', params: { name: 'work', _meta: { progressToken: 'p' } } },
      ping: { id: 6, method: 'ping' },
    };
    await using answer = await openEvents(gateway.endpoint('s'), {
      method: 'POST',
      token: gateway.token,
      headers: session.headers,
      body: JSON.stringify(order.map((name) => ({ jsonrpc: '2.0', ...requests[name] }))),
    });
    const release = await said.promise;
    await answer.seen(({ message }) => message.method === 'notifications/progress');
    await editConfig({ gateway }, ({ policies }) => {
      policies['p'] = { ...policy, hide: ['other'] };
    });
    await answer.seen(({ message }) => message.method === 'notifications/tools/list_changed');
    release();
    await until(() => answer.isOver());
    const metrics = await (await fetch(`${gateway.gateway.url}/metrics`)).text();
    expect(/^boomgate_open_streams .*$/m.exec(metrics)?.[0]).toBe('boomgate_open_streams 0');
  });
});

it('a handshake with a server that begins slowly is answered with its session, and not on a stream', async () => {
  await using stub = await startStub({
    era: 'legacy',
    tools: [{ name: 'work' }],
    untilReady: () => setTimeout(STREAM_AFTER_MS + 500),
  });
  await using gateway = await bootGateway({
    mcpServers: { stub: { url: stub.url } },
    policies: { p: { version: '1', default: 'allow' } },
  });
  const agent = await connectAgent('sdk 1.x', gateway.endpoint('stub'), gateway.token);
  expect((await agent.callTool({ name: 'work', arguments: {} })).isError).not.toBe(true);
  await agent.close();
});
