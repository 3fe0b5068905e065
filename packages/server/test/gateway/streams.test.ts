import {
  Client as NewClient,
  StreamableHTTPClientTransport as NewTransport,
} from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editConfig } from '../cases/support/index.ts';
import { startFixture } from '../conformance/fixture-process.ts';
import { openEvents } from '../support/events.ts';
import { bootGateway, mintLike, type TestGateway } from '../support/gateway.ts';
import { trigger } from '../support/listen.ts';
import { until } from '../support/programs.ts';
import { MODERN } from '../support/rpc.ts';
import { openSession, type RawSession } from '../support/session.ts';
import { startStub } from '../support/stub.ts';

const SOME = {
  version: '1',
  default: 'deny',
  tools: { 'test_*': {} },
  prompts: { allow: ['*'] },
  resources: { allow: ['test://watched-resource'] },
};
const SOME_WORK = { version: '1', default: 'deny', tools: { work: {} } };
const WATCHED = 'test://watched-resource';
const UPDATED = 'notifications/resources/updated';
const CHANGED = ['tools', 'prompts', 'resources'].map((list) => `notifications/${list}/list_changed`);
const GRANT = 'token-of-another-grant-'.padEnd(48, 'x');

const KINDS = ['http-modern', 'http-legacy', 'stdio-modern', 'stdio-legacy'] as const;

describe.each(KINDS)('the stream of a session on a server over %s', (kind) => {
  let fixture: Awaited<ReturnType<typeof startFixture>>;
  let gateway: TestGateway;
  beforeAll(async () => {
    fixture = await startFixture(kind);
    gateway = await bootGateway({ mcpServers: { s: fixture.entry }, policies: { some: SOME } });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  it('carries what the server announces of its lists and of subscribed resources', async () => {
    const session = await openSession({ endpoint: gateway.endpoint('s'), token: gateway.token });
    expect(session.opened.body.result?.['capabilities']).toMatchObject({
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      logging: {},
    });
    await using stream = await session.stream();
    expect(stream.status).toBe(200);
    expect((await session.request('resources/subscribe', { uri: WATCHED })).body.result).toEqual({});
    await until(async () => {
      await session.call('test_trigger_resource_update', { uri: WATCHED });
      return stream.methods().includes(UPDATED);
    });
    await session.call('test_trigger_tool_change');
    await stream.seen(({ message }) => message.method === CHANGED[0]);
    expect(stream.events.find(({ message }) => message.method === UPDATED)?.message).toEqual({
      jsonrpc: '2.0',
      method: UPDATED,
      params: { uri: WATCHED },
    });
    expect((await session.request('resources/unsubscribe', { uri: WATCHED })).body.result).toEqual({});
    expect(await session.end()).toBe(204);
    await until(() => stream.isOver());
  });

  it('is heard by an official client of the first generation', async () => {
    const client = new OldClient({ name: 'agent', version: '1' });
    const requestInit = { headers: { Authorization: `Bearer ${gateway.token}` } };
    const transport = new OldTransport(new URL(gateway.endpoint('s')), { requestInit });
    const heard: string[] = [];
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void heard.push('tools'));
    client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void heard.push(params.uri),
    );
    // The SDK's own transport does not fit its own interface under exactOptionalPropertyTypes.
    await client.connect(transport as Parameters<typeof client.connect>[0]);
    await client.subscribeResource({ uri: WATCHED });
    await until(async () => {
      await client.callTool({ name: 'test_trigger_resource_update', arguments: { uri: WATCHED } });
      await client.callTool({ name: 'test_trigger_tool_change', arguments: {} });
      return heard.includes('tools') && heard.includes(WATCHED);
    });
    await client.unsubscribeResource({ uri: WATCHED });
    await client.close();
  });
});

describe('the stream of a session', () => {
  let fixture: Awaited<ReturnType<typeof startFixture>>;
  let gateway: TestGateway;
  beforeAll(async () => {
    fixture = await startFixture('http-legacy');
    gateway = await bootGateway({
      mcpServers: { s: fixture.entry },
      policies: { some: SOME },
      grants: { other: { server: 's', policy: 'some', token: GRANT } },
    });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  const open = (token = gateway.token): Promise<RawSession> =>
    openSession({ endpoint: gateway.endpoint('s'), token });

  it('tells the official client of the newest generation, in its older era, of a policy edit', async () => {
    const client = new NewClient({ name: 'agent', version: '1' });
    const requestInit = { headers: { Authorization: `Bearer ${gateway.token}` } };
    const heard: string[] = [];
    client.setNotificationHandler('notifications/tools/list_changed', () => void heard.push('tools'));
    await client.connect(new NewTransport(new URL(gateway.endpoint('s')), { requestInit }));
    await editConfig({ gateway }, ({ policies }) => {
      policies['some'] = { ...SOME, hide: ['test_image_content'] };
    });
    await until(() => heard.length > 0);
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('test_image_content');
    await client.close();
    await editConfig({ gateway }, ({ policies }) => {
      policies['some'] = SOME;
    });
  });

  it('is opened for the session of this grant alone', async () => {
    const session = await open();
    const ask = async (token: string, headers: Record<string, string>): Promise<number> => {
      await using answer = await openEvents(gateway.endpoint('s'), { token, headers });
      return answer.status;
    };
    expect(await ask(gateway.token, {})).toBe(400);
    expect(await ask(gateway.token, { 'mcp-session-id': 'x'.repeat(80) })).toBe(404);
    expect(await ask(GRANT, session.headers)).toBe(404);
    expect(await ask(gateway.token, { ...session.headers, accept: 'application/json' })).toBe(406);
    expect(await ask(gateway.token, { ...session.headers, 'mcp-protocol-version': 'draft' })).toBe(400);
    expect(await ask(gateway.token, { 'mcp-protocol-version': MODERN })).toBe(405);
    expect(await ask('y'.repeat(48), session.headers)).toBe(401);
    expect(await session.end()).toBe(204);
    expect(await ask(gateway.token, session.headers)).toBe(404);
  });

  it('says nothing when it is opened for the first time, and that everything changed when it comes again', async () => {
    const session = await open();
    await session.request('resources/subscribe', { uri: WATCHED });
    await using first = await session.stream();
    // What a server announces before it is watched is lost, so it is made to announce until it is heard.
    await until(async () => {
      await session.call('test_trigger_tool_change');
      return first.methods().length > 0;
    });
    expect(new Set(first.methods())).toEqual(new Set([CHANGED[0]]));
    await using second = await session.stream();
    await until(() => first.isOver());
    await second.seen(({ message }) => message.method === UPDATED);
    expect(second.methods()).toEqual([...CHANGED, UPDATED]);
    await session.call('test_trigger_resource_update', { uri: WATCHED });
    await until(() => second.methods().length === 5);
    await session.end();
  });

  it('survives a restart of the gateway, and tells the agent to look again', async () => {
    const session = await open();
    const before = await session.stream();
    await gateway.restart();
    await until(() => before.isOver());
    await using after = await openEvents(gateway.endpoint('s'), {
      token: gateway.token,
      headers: session.headers,
    });
    expect(after.status).toBe(200);
    await after.seen(({ message }) => message.method === CHANGED[2]);
    expect(after.methods()).toEqual(CHANGED);
  });

  it('carries updates only of what the grant may read now', async () => {
    const session = await open();
    await using stream = await session.stream();
    await session.request('resources/subscribe', { uri: WATCHED });
    await editConfig({ gateway }, ({ policies }) => {
      policies['some'] = { ...SOME, resources: { allow: [] } };
    });
    await stream.seen(({ message }) => message.method === CHANGED[2]);
    const told = stream.methods().length;
    await trigger(gateway, 'test_trigger_resource_update', { uri: WATCHED });
    await session.call('test_trigger_resource_update', { uri: WATCHED });
    await session.call('test_trigger_tool_change');
    await until(() => stream.methods().length > told);
    expect(stream.methods()).not.toContain(UPDATED);
    await editConfig({ gateway }, ({ policies }) => {
      policies['some'] = SOME;
    });
    await session.end();
  });

  it('refuses to subscribe to what may not be read, like to what does not exist', async () => {
    const session = await open();
    const refused = await session.request('resources/subscribe', { uri: 'test://static-text' });
    expect(refused.body.error).toMatchObject({ code: -32002, data: { uri: 'test://static-text' } });
    const [entry] = await gateway.gateway.store.decisions.query({ limit: 1, method: 'resources/subscribe' });
    expect(entry?.row).toMatchObject({ target: 'test://static-text', outcome: 'deny', forwarded: false });
    expect(
      (await session.request('resources/unsubscribe', { uri: 'test://static-text' })).body.error?.code,
    ).toBe(-32002);
    expect((await session.request('resources/subscribe', {})).body.error?.code).toBe(-32602);
    await session.request('resources/subscribe', { uri: WATCHED });
    const { store } = gateway.gateway;
    await store.journal.flush();
    const [taken] = await store.decisions.query({ limit: 1, method: 'resources/subscribe' });
    expect(taken).toMatchObject({
      row: { target: WATCHED, outcome: 'allow' },
      outcomeRow: { status: 'result' },
    });
    await session.end();
  });

  it('ends within a second when its grant is revoked', async () => {
    const own = await mintLike(gateway, 'other');
    const session = await open(own.token);
    await using stream = await session.stream();
    const from = performance.now();
    await gateway.gateway.store.grants.setState(own.id, 'revoked');
    await until(() => stream.isOver());
    expect(performance.now() - from).toBeLessThan(1_000);
  });

  it('is refused as the 101st of its grant, but a session that comes again takes no second place', async () => {
    const sessions = await Promise.all(Array.from({ length: 101 }, () => open(GRANT)));
    const streams = await Promise.all(sessions.slice(0, 100).map((session) => session.stream()));
    expect(streams.map(({ status }) => status)).toEqual(Array(100).fill(200));
    await using refused = await sessions[100]?.stream();
    expect(refused?.status).toBe(503);
    await using again = await sessions[0]?.stream();
    expect(again?.status).toBe(200);
    await Promise.all(streams.map((stream) => stream[Symbol.asyncDispose]()));
  });
});

describe('a session without a stream of its own', () => {
  it('is told of changes on the stream that an answer has become', async () => {
    const held = Promise.withResolvers<() => void>();
    await using stub = await startStub({
      era: 'legacy',
      tools: [{ name: 'work' }],
      onCall: ({ message }, response) => {
        const say = (one: object): void =>
          void response.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...one })}\n\n`);
        // The gateway asks for progress when its agent does.
        const { progressToken } = (message.params?.['_meta'] ?? {}) as { progressToken?: string };
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        say({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
        held.resolve(() => {
          say({ id: message.id, result: { content: [] } });
          response.end();
        });
        return true;
      },
    });
    await using gateway = await bootGateway({
      mcpServers: { s: { url: stub.url } },
      policies: { some: SOME_WORK },
    });
    const session = await openSession({ endpoint: gateway.endpoint('s'), token: gateway.token });
    const params = { name: 'work', arguments: {}, _meta: { progressToken: 'p' } };
    await using answer = await openEvents(gateway.endpoint('s'), {
      method: 'POST',
      token: gateway.token,
      headers: session.headers,
      body: JSON.stringify({ jsonrpc: '2.0', id: 5, method: 'tools/call', params }),
    });
    const release = await held.promise;
    await answer.seen(({ message }) => message.method === 'notifications/progress');
    await editConfig({ gateway }, ({ policies }) => {
      policies['some'] = { ...SOME_WORK, hide: ['other'] };
    });
    await answer.seen(({ message }) => message.method === CHANGED[0]);
    release();
    await answer.seen(({ message }) => message.id === 5);
    expect(answer.methods()).toEqual(['notifications/progress', CHANGED[0], undefined]);
  });
});

describe('the subscriptions of a session', () => {
  it('are at most 1,000, and so many characters together', async () => {
    await using fixture = await startFixture('http-modern');
    await using gateway = await bootGateway({ mcpServers: { s: fixture.entry } });
    const open = (): Promise<RawSession> =>
      openSession({ endpoint: gateway.endpoint('s'), token: gateway.token });
    const isTaken = async (session: RawSession, uri: string): Promise<boolean> =>
      (await session.request('resources/subscribe', { uri })).body.result !== undefined;
    const many = await open();
    for (let at = 0; at < 1_000; at += 1)
      if (!(await isTaken(many, `test://${at}`))) throw new Error(`${at}`);
    expect(await isTaken(many, 'test://one-more')).toBe(false);
    expect(await isTaken(many, 'test://7')).toBe(true);
    await many.request('resources/unsubscribe', { uri: 'test://7' });
    expect(await isTaken(many, 'test://one-more')).toBe(true);
    const long = await open();
    const uri = (at: number): string => `test://${at}/`.padEnd(8_192, 'x');
    for (let at = 0; at < 32; at += 1) expect(await isTaken(long, uri(at))).toBe(true);
    expect(await isTaken(long, 'test://7')).toBe(false);
    await long.request('resources/unsubscribe', { uri: uri(0) });
    expect(await isTaken(long, 'test://7')).toBe(true);
  });
});

describe('logging/setLevel', () => {
  it('takes a level where the server declares logging, and says what is wrong otherwise', async () => {
    await using fixture = await startFixture('http-legacy');
    await using stub = await startStub({ era: 'legacy', tools: [] });
    await using gateway = await bootGateway({
      mcpServers: { s: fixture.entry, stub: { url: stub.url } },
      grants: { stub: { server: 'stub', policy: 'all', token: GRANT } },
    });
    const session = await openSession({ endpoint: gateway.endpoint('s'), token: gateway.token });
    expect((await session.request('logging/setLevel', { level: 'loud' })).body.error?.code).toBe(-32602);
    expect((await session.request('logging/setLevel', { level: 'error' })).body.result).toEqual({});
    const quiet = await session.call('test_tool_with_logging');
    expect(quiet.text).not.toContain('notifications/message');
    expect((await session.request('logging/setLevel', { level: 'debug' })).body.result).toEqual({});
    const loud = await session.call('test_tool_with_logging');
    expect(loud.text).toContain('notifications/message');
    const bare = await openSession({ endpoint: gateway.endpoint('stub'), token: GRANT });
    expect((await bare.request('logging/setLevel', { level: 'error' })).body.error?.code).toBe(-32601);
    const rows = await gateway.gateway.store.decisions.query({ limit: 10, method: 'logging/setLevel' });
    expect(rows.map(({ row }) => row.outcome)).toEqual(['malformed', 'served', 'served', 'deny']);
  });
});
