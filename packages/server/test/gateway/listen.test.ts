import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editConfig, movedClock } from '../cases/support/index.ts';
import { startFixture } from '../conformance/fixture-process.ts';
import type { EventReader } from '../support/events.ts';
import { bootGateway, mintLike, type TestGateway } from '../support/gateway.ts';
import { isAcknowledged, openListen, trigger } from '../support/listen.ts';
import { until } from '../support/programs.ts';
import { MODERN } from '../support/rpc.ts';
import { json, result, stub } from '../upstreams/fixtures.ts';

const ALLOW = { version: '1', default: 'allow', prompts: { allow: ['*'] } };
const SOME = {
  version: '1',
  default: 'deny',
  tools: { 'test_*': {} },
  prompts: { allow: ['*'] },
  resources: { allow: ['test://watched-resource'] },
};
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const EVERYTHING = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

const CHANGED = ['tools', 'prompts', 'resources'].map((list) => `notifications/${list}/list_changed`);
const GRANT = 'token-of-another-grant-'.padEnd(48, 'x');

const KINDS = ['http-modern', 'http-legacy', 'stdio-modern', 'stdio-legacy'] as const;

describe.each(KINDS)('subscriptions/listen on a server over %s', (kind) => {
  let fixture: Awaited<ReturnType<typeof startFixture>>;
  let gateway: TestGateway;
  beforeAll(async () => {
    fixture = await startFixture(kind);
    gateway = await bootGateway({ mcpServers: { s: fixture.entry }, policies: { some: SOME, all: ALLOW } });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  const listen = (notifications: object, id: number | string = 7): Promise<EventReader> =>
    openListen(gateway, notifications, { id });

  it('acknowledges what it honours first, under the id of the request with its type', async () => {
    await using reader = await listen({
      ...EVERYTHING,
      taskIds: ['t'],
      resourceSubscriptions: ['test://watched-resource', 'test://static-text'],
    });
    expect(reader.status).toBe(200);
    expect(reader.headers.get('x-accel-buffering')).toBe('no');
    const [first] = [await reader.seen(() => true)];
    expect(first?.message).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: {
        notifications: { ...EVERYTHING, resourceSubscriptions: ['test://watched-resource'] },
        _meta: { [SUBSCRIPTION]: 7 },
      },
    });
    await using other = await listen({ toolsListChanged: true }, '7');
    const { message } = await other.seen(() => true);
    expect(message.params?.['_meta']).toEqual({ [SUBSCRIPTION]: '7' });
  });

  it('carries what the server announces, and of resources only what the grant may read', async () => {
    await using reader = await listen({
      toolsListChanged: true,
      resourceSubscriptions: ['test://watched-resource', 'test://static-text'],
    });
    await reader.seen(isAcknowledged);
    await trigger(gateway, 'test_trigger_prompt_change');
    await trigger(gateway, 'test_trigger_resource_update', { uri: 'test://static-text' });
    await trigger(gateway, 'test_trigger_resource_update', { uri: 'test://watched-resource' });
    await trigger(gateway, 'test_trigger_tool_change');
    await reader.seen(({ message }) => message.method === 'notifications/tools/list_changed');
    const { message } = await reader.seen(
      ({ message: { method } }) => method === 'notifications/resources/updated',
    );
    expect(message.params).toEqual({ uri: 'test://watched-resource', _meta: { [SUBSCRIPTION]: 7 } });
    expect(new Set(reader.methods().slice(1))).toEqual(
      new Set(['notifications/tools/list_changed', 'notifications/resources/updated']),
    );
  });

  it('is heard by the official client', async () => {
    const client = new Client(
      { name: 'agent', version: '1' },
      { versionNegotiation: { mode: { pin: MODERN } } },
    );
    const headers = { Authorization: `Bearer ${gateway.token}` };
    await client.connect(
      new StreamableHTTPClientTransport(new URL(gateway.endpoint('s')), { requestInit: { headers } }),
    );
    const heard: string[] = [];
    client.setNotificationHandler('notifications/tools/list_changed', () => void heard.push('tools'));
    const subscription = await client.listen({ toolsListChanged: true });
    expect(subscription.honoredFilter).toEqual({ toolsListChanged: true });
    await client.callTool({ name: 'test_trigger_tool_change', arguments: {} });
    await until(() => heard.length > 0);
    await subscription.close();
    await client.close();
  });
});

describe('a listen stream', () => {
  let fixture: Awaited<ReturnType<typeof startFixture>>;
  let gateway: TestGateway;
  beforeAll(async () => {
    fixture = await startFixture('http-modern');
    gateway = await bootGateway({
      mcpServers: { s: fixture.entry },
      policies: { some: SOME, all: ALLOW, none: { version: '1', default: 'deny' } },
      grants: { other: { server: 's', policy: 'some', token: GRANT } },
    });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await fixture[Symbol.asyncDispose]();
  });

  it('tells that every list changed when the policy of its grant does, and only then', async () => {
    await using other = await openListen(gateway, EVERYTHING, { token: GRANT });
    await using reader = await openListen(gateway, EVERYTHING);
    await reader.seen(isAcknowledged);
    await other.seen(isAcknowledged);
    await editConfig({ gateway }, ({ policies }) => {
      policies['unused'] = ALLOW;
    });
    await editConfig({ gateway }, ({ grants }) => {
      grants['test'] = { ...grants['test'], policy: 'all' };
    });
    await reader.seen(({ message }) => message.method === CHANGED[2]);
    expect(reader.methods().slice(1)).toEqual(CHANGED);
    expect(other.methods()).toHaveLength(1);
    await editConfig({ gateway }, ({ policies }) => {
      policies['some'] = { ...SOME, hide: ['test_image_content'] };
    });
    await other.seen(({ message }) => message.method === CHANGED[2]);
    expect(reader.methods()).toHaveLength(4);
    await editConfig({ gateway }, ({ grants, policies }) => {
      grants['test'] = { ...grants['test'], policy: 'some' };
      policies['some'] = SOME;
    });
  });

  it('stops carrying what a policy edit takes away', async () => {
    const uri = 'test://watched-resource';
    await using reader = await openListen(gateway, { resourceSubscriptions: [uri], toolsListChanged: true });
    await reader.seen(isAcknowledged);
    await editConfig({ gateway }, ({ policies }) => {
      policies['some'] = { ...SOME, resources: { allow: [] } };
    });
    await reader.seen(({ message }) => message.method === CHANGED[0]);
    await trigger(gateway, 'test_trigger_resource_update', { uri });
    await trigger(gateway, 'test_trigger_tool_change');
    await until(() => reader.methods().filter((method) => method === CHANGED[0]).length === 2);
    expect(reader.methods()).not.toContain('notifications/resources/updated');
    await editConfig({ gateway }, ({ policies }) => {
      policies['some'] = SOME;
    });
  });

  it.each(['paused', 'revoked'] as const)(
    'ends with a result within a second when its grant is %s',
    async (state) => {
      const own = await mintLike(gateway, 'other');
      await using reader = await openListen(gateway, EVERYTHING, { token: own.token });
      await using kept = await openListen(gateway, EVERYTHING);
      await reader.seen(isAcknowledged);
      const from = performance.now();
      await gateway.gateway.store.grants.setState(own.id, state);
      await until(() => reader.isOver());
      expect(performance.now() - from).toBeLessThan(1_000);
      expect(reader.events.at(-1)?.message).toEqual({
        jsonrpc: '2.0',
        id: 7,
        result: { resultType: 'complete', _meta: { [SUBSCRIPTION]: 7 } },
      });
      expect(kept.isOver()).toBe(false);
    },
  );

  it('ends when its grant, or its server, is gone from the configuration', async () => {
    await using reader = await openListen(gateway, EVERYTHING, { token: GRANT });
    await reader.seen(isAcknowledged);
    await editConfig({ gateway }, ({ grants }) => {
      delete grants['other'];
    });
    await until(() => reader.isOver());
    await editConfig({ gateway }, ({ grants }) => {
      grants['other'] = { server: 's', policy: 'some', token: GRANT };
    });
  });

  it('P §7.6 is acknowledged and complete at once when nothing can be honoured', async () => {
    await using reader = await openListen(gateway, { resourceSubscriptions: ['test://static-text'] });
    await until(() => reader.isOver());
    expect(reader.events.map(({ message }) => message.params?.['notifications'] ?? message.result)).toEqual([
      {},
      { resultType: 'complete', _meta: { [SUBSCRIPTION]: 7 } },
    ]);
  });

  it.each([
    ['no filter', undefined],
    ['a list as its filter', []],
    ['a flag that is no flag', { toolsListChanged: 'yes' }],
    ['URIs that are none', { resourceSubscriptions: [''] }],
    ['too many URIs', { resourceSubscriptions: Array.from({ length: 1_001 }, (_, at) => `test://${at}`) }],
  ])('is refused with %s', async (_what, notifications) => {
    await using answer = await openListen(gateway, notifications);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text).error.code).toBe(-32602);
  });

  it('wants an agent that takes streams', async () => {
    await using answer = await openListen(gateway, EVERYTHING, { accept: 'application/json' });
    expect(answer.status).toBe(406);
  });

  it('is acknowledged when its server listens, so that no change is missed from then on', async () => {
    const listening = Promise.withResolvers<(message: object) => void>();
    const capabilities = { tools: { listChanged: true } };
    const discovery = { resultType: 'complete', supportedVersions: [MODERN], capabilities };
    await using server = await stub(({ id, method }, response) => {
      if (method === 'server/discover') return json(response, result(id, discovery));
      if (method !== 'subscriptions/listen') return json(response, result(id, { tools: [] }));
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      listening.resolve((message) => {
        const params = { notifications: { toolsListChanged: true }, _meta: { [SUBSCRIPTION]: id } };
        response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', params, ...message })}\n\n`);
      });
    });
    await using slow = await bootGateway({
      mcpServers: { s: { url: server.url } },
      policies: { all: ALLOW },
    });
    await using reader = await openListen(slow, { toolsListChanged: true });
    const say = await listening.promise;
    expect(reader.methods()).toEqual([]);
    say({ method: 'notifications/subscriptions/acknowledged' });
    say({ method: CHANGED[0] });
    await until(() => reader.methods().length === 2);
    expect(reader.methods()).toEqual(['notifications/subscriptions/acknowledged', CHANGED[0]]);
  });

  it('leaves one row in the decision log, when it begins', async () => {
    const rows = () =>
      gateway.gateway.store.decisions.query({ limit: 1_000, method: 'subscriptions/listen' });
    const before = (await rows()).length;
    await using reader = await openListen(gateway, EVERYTHING);
    await reader.seen(isAcknowledged);
    const found = await rows();
    expect(found.slice(before).map(({ row }) => [row.outcome, row.forwarded])).toEqual([['served', false]]);
  });

  it('P §7.6 is refused as the 101st of its grant, and taken again when the agent has closed one', async () => {
    const readers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => openListen(gateway, EVERYTHING, { id: at, token: GRANT })),
    );
    await Promise.all(readers.map((reader) => reader.seen(isAcknowledged)));
    await using refused = await openListen(gateway, EVERYTHING, { token: GRANT });
    expect(JSON.parse(refused.text).error).toMatchObject({ code: 1 });
    await using ofOther = await openListen(gateway, EVERYTHING);
    await ofOther.seen(isAcknowledged);
    await readers[0]?.[Symbol.asyncDispose]();
    await until(async () => {
      const next = await openListen(gateway, EVERYTHING, { id: 'next', token: GRANT });
      readers.push(next);
      return next.text === '';
    });
    await Promise.all(readers.map((reader) => reader[Symbol.asyncDispose]()));
  });

  it('is watched anew when its server gets other settings', async () => {
    await using second = await startFixture('http-modern');
    await using reader = await openListen(gateway, { toolsListChanged: true });
    await reader.seen(isAcknowledged);
    await editConfig({ gateway }, ({ mcpServers }) => {
      mcpServers['s'] = second.entry;
    });
    await until(() => reader.methods().length === 2);
    await trigger(gateway, 'test_trigger_tool_change');
    await until(() => reader.methods().length === 3);
    await editConfig({ gateway }, ({ mcpServers }) => {
      mcpServers['s'] = fixture.entry;
    });
  });
});

describe('the end of a gateway with listen streams', () => {
  it('does not wait for them: 50 end with a result, and it is over in less than 3 s', async () => {
    await using fixture = await startFixture('http-modern');
    await using gateway = await bootGateway({ mcpServers: { s: fixture.entry }, policies: { all: ALLOW } });
    const readers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => openListen(gateway, EVERYTHING, { id: at })),
    );
    await Promise.all(readers.map((reader) => reader.seen(isAcknowledged)));
    const from = performance.now();
    await gateway.gateway.close();
    expect(performance.now() - from).toBeLessThan(3_000);
    await until(() => readers.every((reader) => reader.isOver()));
    expect(readers.map(({ events }) => events.at(-1)?.message.result?.['resultType'])).toEqual(
      Array(50).fill('complete'),
    );
  });

  it('ends those of a grant that expires', async () => {
    await using fixture = await startFixture('http-modern');
    const clock = movedClock(Date.parse('2026-03-01T00:00:00Z'));
    const expires = new Date(clock.wallMs() + 3_600_000).toISOString();
    await using gateway = await bootGateway({
      mcpServers: { s: fixture.entry },
      policies: { all: ALLOW },
      grants: { brief: { server: 's', policy: 'all', token: GRANT, expires } },
      options: { clock },
    });
    await using reader = await openListen(gateway, EVERYTHING, { token: GRANT });
    await reader.seen(isAcknowledged);
    clock.pass(3_600_001);
    await until(() => reader.isOver());
    expect(reader.events.at(-1)?.message.result?.['resultType']).toBe('complete');
  });
});

describe('a listen stream of a stack grant', () => {
  it('hears of all its servers, each by its own policy, under the names of the stack', async () => {
    await using first = await startFixture('http-modern');
    await using second = await startFixture('http-legacy');
    await using gateway = await bootGateway({
      mcpServers: { s: first.entry, t: second.entry },
      policies: { some: SOME, none: { version: '1', default: 'deny', tools: { 'test_*': {} } } },
      grants: {
        stack: { servers: { s: 'some', t: 'none' }, token: GRANT },
        t: { server: 't', policy: 'none', token: GRANT.replace('another', 'a-third') },
      },
    });
    const uris = [
      'boomgate:s/test://watched-resource',
      'boomgate:t/test://watched-resource',
      'test://watched-resource',
    ];
    const filter = { toolsListChanged: true, resourceSubscriptions: uris };
    await using reader = await openListen(gateway, filter, { token: GRANT, server: '' });
    const { message } = await reader.seen(isAcknowledged);
    expect(message.params?.['notifications']).toEqual({
      toolsListChanged: true,
      resourceSubscriptions: [uris[0]],
    });
    await trigger(gateway, 'test_trigger_resource_update', { uri: 'test://watched-resource' });
    const updated = await reader.seen(
      ({ message: { method } }) => method === 'notifications/resources/updated',
    );
    expect(updated.message.params).toMatchObject({ uri: uris[0] });
    const { endpoint } = gateway;
    const ofT = { ...gateway, token: GRANT.replace('another', 'a-third'), endpoint: () => endpoint('t') };
    await trigger(ofT, 'test_trigger_tool_change');
    await reader.seen(({ message: { method } }) => method === CHANGED[0]);
  });
});
