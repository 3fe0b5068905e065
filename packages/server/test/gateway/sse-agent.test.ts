import { Client as NewClient, SSEClientTransport as NewTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editConfig } from '../cases/support/index.ts';
import { startFixture } from '../conformance/fixture-process.ts';
import { type ToolResult, textOf } from '../support/clients.ts';
import { openEvents } from '../support/events.ts';
import { bootGateway, mintLike, type TestGateway } from '../support/gateway.ts';
import { npmServer, until } from '../support/programs.ts';
import { ENVELOPE } from '../support/rpc.ts';
import { openSseSession, type SseSession } from '../support/sse-session.ts';

const LONG = 'trigger-long-running-operation';
const POLICY = {
  version: '1',
  default: 'deny',
  hide: ['get-env'],
  tools: {
    'test_*': {},
    echo: { rate_limit: '3/minute' },
    [LONG]: {},
    'get-sum': { action: 'deny', reason: 'no sums' },
  },
  resources: { allow: ['test://watched-resource'] },
};
const WATCHED = 'test://watched-resource';
const LIST_CHANGED = 'notifications/tools/list_changed';
const GRANT = 'token-of-another-grant-'.padEnd(48, 'x');
const PROTOCOLS = ['2024-10-07', '2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'] as const;

let fixture: Awaited<ReturnType<typeof startFixture>>;
let gateway: TestGateway;
beforeAll(async () => {
  fixture = await startFixture('http-modern');
  gateway = await bootGateway({
    mcpServers: {
      s: fixture.entry,
      everything: { command: process.execPath, args: [npmServer('everything'), 'stdio'] },
    },
    policies: { p: POLICY },
    grants: {
      other: { server: 's', policy: 'p', token: GRANT },
      everything: { server: 'everything', policy: 'p', token: tokenOf('everything') },
    },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

function tokenOf(server: string): string {
  return server === 's' ? gateway.token : 'token-of-the-grant-for-everything-'.padEnd(64, 'x');
}

const open = (server: string, more: { protocol?: string; capabilities?: object } = {}): Promise<SseSession> =>
  openSseSession({
    endpoint: gateway.endpoint(server),
    token: tokenOf(server),
    protocol: '2024-11-05',
    ...more,
  });

/** The last call to the server `everything`, in the record. */
const lastCall = async () => {
  const { decisions } = gateway.gateway.store;
  const [row] = await decisions.query({ limit: 1, server: 'everything', method: 'tools/call' });
  return row;
};

const isLongUnderWay = async (): Promise<boolean> => {
  const last = await lastCall();
  return last?.row.target === LONG && last.outcomeRow === undefined;
};

describe('an official client on the transport of 2024-11-05', () => {
  const headers = (): { Authorization: string } => ({ Authorization: `Bearer ${tokenOf('everything')}` });
  const url = (): URL => new URL('sse', gateway.endpoint('everything'));

  it.each(['sdk 1.x', 'client 2.x'])('%s lists, calls, is denied, and gets progress', async (kind) => {
    const client =
      kind === 'sdk 1.x'
        ? new OldClient({ name: 'a', version: '1' })
        : new NewClient({ name: 'a', version: '1' });
    const Transport = kind === 'sdk 1.x' ? OldTransport : NewTransport;
    const withHeaders: typeof fetch = (input, init) =>
      fetch(input, { ...init, headers: { ...headers(), accept: 'text/event-stream' } });
    const transport = new Transport(url(), {
      requestInit: { headers: headers() },
      eventSourceInit: { fetch: withHeaders as never },
    });
    // The two generations have different types for the same thing.
    await client.connect(transport as never);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('echo');
    expect(tools.map(({ name }) => name)).not.toContain('get-env');
    const call = (name: string, args: object, options?: object): Promise<ToolResult> => {
      const params = { name, arguments: args } as never;
      // Where a call's options stand differs between the generations.
      return (client instanceof OldClient
        ? client.callTool(params, undefined, options as never)
        : client.callTool(params, options as never)) as unknown as Promise<ToolResult>;
    };
    expect(textOf(await call('echo', { message: 'hello' }))).toBe('Echo: hello');
    const denied = await call('get-sum', { a: 1, b: 2 });
    expect([denied.isError, textOf(denied)]).toEqual([true, '[POLICY DENIED] no sums']);
    const seen: number[] = [];
    const onprogress = ({ progress }: { progress: number }): number => seen.push(progress);
    await call(LONG, { duration: 0.4, steps: 4 }, { onprogress });
    expect(seen.length).toBeGreaterThan(1);
    await client.close();
  });

  it('is asked on its stream', async () => {
    const client = new OldClient({ name: 'a', version: '1' }, { capabilities: { elicitation: {} } });
    client.setRequestHandler(ElicitRequestSchema, () => ({
      action: 'accept',
      content: { username: 'ada', email: 'ada@example.com' },
    }));
    const requestInit = { headers: { Authorization: `Bearer ${gateway.token}` } };
    const transport = new OldTransport(new URL('sse', gateway.endpoint('s')), { requestInit });
    // The SDK's own transport does not fit its own interface under exactOptionalPropertyTypes.
    await client.connect(transport as Parameters<typeof client.connect>[0]);
    const result = await client.callTool({ name: 'test_elicitation', arguments: { message: 'who?' } });
    expect(textOf(result as unknown as ToolResult)).toContain('ada@example.com');
    await client.close();
  });
});

describe('the stream of an agent of 2024-11-05', () => {
  // The clients for Python wait for an answer on the stream, whatever the post is answered with, and post no more after a refusal.
  it('has the refusal of a call that no two parsers need agree on', async () => {
    await using session = await open('s');
    const args = '{"n":1152921504606846976}';
    const call = `{"method":"tools/call","params":{"name":"test_simple_text","arguments":${args}},"jsonrpc":"2.0","id":70}`;
    expect(await session.post(call)).toBe(202);
    const { message } = await session.reader.seen((event) => event.message.id === 70);
    expect(message.result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('2^53') }],
    });
    expect(await session.post(call.replace(',"id":70', ''))).toBe(400);
  });

  it.each(PROTOCOLS)('begins with the address to post to, and negotiates %s', async (protocol) => {
    await using session = await open('s', { protocol });
    expect(session.address.pathname).toBe('/mcp/s/message');
    expect(session.address.searchParams.get('sessionId')).toMatch(/^[\w-]{43}$/);
    const opened = session.reader.events.find(({ message }) => message.id === 'r1');
    expect(opened?.message.result?.['protocolVersion']).toBe(protocol);
    expect(opened?.name).toBe('message');
    const { result } = await session.request('tools/call', { name: 'test_simple_text', arguments: {} });
    expect(result?.['isError']).toBeUndefined();
    expect(result?.['content']).toBeInstanceOf(Array);
  });

  it('counts and records like any other', async () => {
    await using session = await open('everything');
    const call = () => session.request('tools/call', { name: 'echo', arguments: { message: 'x' } });
    await until(async () => {
      const { result } = await call();
      return JSON.stringify(result).includes('limit');
    });
    const { result } = await call();
    expect(result?.['isError']).toBe(true);
    const [entry] = await gateway.gateway.store.decisions.query({
      limit: 1,
      server: 'everything',
      method: 'tools/call',
    });
    expect(entry?.row).toMatchObject({
      outcome: 'limit',
      era: 'legacy',
      protocol: '2024-11-05',
      target: 'echo',
    });
    expect((await session.request('tools/call', { name: 'get-env', arguments: {} })).error?.message).toBe(
      'Unknown tool: get-env',
    );
    expect((await session.request('no/such/method')).error?.code).toBe(-32601);
    expect((await session.request('ping')).result).toEqual({});
  });

  it('takes messages of its own grant alone', async () => {
    await using session = await open('s');
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
    expect(await session.post(body, GRANT)).toBe(404);
    expect(await session.post(body, tokenOf('everything'))).toBe(401);
    expect(await session.post(body, 'z'.repeat(48))).toBe(401);
    expect(await session.post('{"jsonrpc":')).toBe(400);
    const status = async (path: string): Promise<number> => {
      const headers = { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/json' };
      return (await fetch(new URL(path, session.address), { method: 'POST', headers, body })).status;
    };
    expect(await status('message')).toBe(404);
    expect(await status('message?sessionId=guessed')).toBe(404);
    expect(await status('sse')).toBe(405);
  });

  it('refuses messages before the handshake, and revisions without one', async () => {
    await using session = await openSseSession({ endpoint: gateway.endpoint('s'), token: gateway.token });
    expect((await session.request('tools/list')).error?.code).toBe(-32000);
    const envelope = { _meta: ENVELOPE };
    expect((await session.request('tools/list', envelope)).error).toBeDefined();
    expect((await session.request('subscriptions/listen', envelope)).error).toBeDefined();
  });

  it.each([
    [
      '2024-11-05',
      [
        ['a', undefined],
        ['b', true],
      ],
    ],
    [
      '2025-03-26',
      [
        ['a', undefined],
        ['b', true],
      ],
    ],
    ['2025-06-18', []],
  ])('answers the batches of a session of %s one by one', async (protocol, expected) => {
    await using session = await open('s', { protocol });
    const before = session.reader.events.length;
    const call = (id: string, name: string): object => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name, arguments: {} },
    });
    expect(await session.post(JSON.stringify([call('a', 'test_simple_text'), call('b', 'denied')]))).toBe(
      202,
    );
    if (expected.length === 0) {
      const { message } = await session.reader.seen(({ message: { error } }) => error !== undefined);
      expect(message.error?.code).toBe(-32600);
      return;
    }
    await until(() => session.reader.events.length === before + 2);
    const answers = session.reader.events.slice(before).map(({ message }) => message);
    expect(answers.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(answers[1]?.error?.message).toBe('Unknown tool: denied');
  });

  it('cancels a call by saying so, and only in its own session', async () => {
    await using session = await open('everything');
    await using stranger = await open('everything');
    const params = { name: LONG, arguments: { duration: 30, steps: 30 } };
    await session.send({ id: 'long', method: 'tools/call', params });
    await until(isLongUnderWay);
    const cancel = { method: 'notifications/cancelled', params: { requestId: 'long' } };
    await stranger.send(cancel);
    expect((await stranger.request('ping')).result).toEqual({});
    expect((await lastCall())?.outcomeRow).toBeUndefined();
    await session.send(cancel);
    await until(async () => (await lastCall())?.outcomeRow?.status === 'cancelled');
  });

  it('lets calls go on to their end when it closes, and records them', async () => {
    const session = await open('everything');
    const params = { name: LONG, arguments: { duration: 0.6, steps: 2 } };
    await session.send({ id: 'long', method: 'tools/call', params });
    await until(isLongUnderWay);
    await session[Symbol.asyncDispose]();
    await until(async () => (await lastCall())?.outcomeRow?.status === 'result');
  });

  it('carries what changes, by the policy in force', async () => {
    await using session = await open('s');
    expect((await session.request('resources/subscribe', { uri: 'test://static-text' })).error?.code).toBe(
      -32002,
    );
    expect((await session.request('resources/subscribe', { uri: WATCHED })).result).toEqual({});
    await until(async () => {
      await session.request('tools/call', {
        name: 'test_trigger_resource_update',
        arguments: { uri: WATCHED },
      });
      await session.request('tools/call', { name: 'test_trigger_tool_change', arguments: {} });
      const methods = session.reader.methods();
      return methods.includes('notifications/resources/updated') && methods.includes(LIST_CHANGED);
    });
    const before = session.reader.methods().length;
    await editConfig({ gateway }, ({ policies }) => {
      policies['p'] = { ...POLICY, hide: ['get-env', 'test_image_content'] };
    });
    await until(() => session.reader.methods().slice(before).includes(LIST_CHANGED));
    await editConfig({ gateway }, ({ policies }) => {
      policies['p'] = POLICY;
    });
  });

  it('closes within a second when its grant is revoked', async () => {
    const own = await mintLike(gateway, 'other');
    await using session = await openSseSession({
      endpoint: gateway.endpoint('s'),
      token: own.token,
      protocol: '2024-11-05',
    });
    const from = performance.now();
    await gateway.gateway.store.grants.setState(own.id, 'revoked');
    await until(() => session.reader.isOver());
    expect(performance.now() - from).toBeLessThan(1_000);
  });

  it('is not opened without a grant, or for an agent that takes no streams', async () => {
    const sse = new URL('sse', gateway.endpoint('s')).href;
    await using nobody = await openEvents(sse, { token: 'z'.repeat(48) });
    expect(nobody.status).toBe(401);
    await using json = await openEvents(sse, {
      token: gateway.token,
      headers: { accept: 'application/json' },
    });
    expect(json.status).toBe(406);
  });
});

describe('the end of a gateway with agents of 2024-11-05', () => {
  it('waits for their calls, answers them, and then closes', async () => {
    await using own = await bootGateway({
      mcpServers: { everything: { command: process.execPath, args: [npmServer('everything'), 'stdio'] } },
    });
    const sessions = await Promise.all(
      Array.from({ length: 50 }, () =>
        openSseSession({ endpoint: own.endpoint('everything'), token: own.token, protocol: '2024-11-05' }),
      ),
    );
    const [busy] = sessions;
    const params = { name: LONG, arguments: { duration: 0.5, steps: 2 } };
    await busy?.send({ id: 'long', method: 'tools/call', params });
    const from = performance.now();
    await own.gateway.close();
    expect(performance.now() - from).toBeLessThan(3_000);
    await until(() => sessions.every(({ reader }) => reader.isOver()));
    expect(busy?.reader.events.at(-1)?.message).toMatchObject({ id: 'long', result: {} });
  });
});
