import { describe, expect, it } from 'vitest';
import { WATCH_PATIENCE_MS } from '../../src/upstreams/bounds.ts';
import type { UpstreamEvent, Watched } from '../../src/upstreams/index.ts';
import { asking, newSettings, oldSettings, stage } from './agents.ts';
import { call, httpServer, json, result, scriptServer, stub, until } from './fixtures.ts';
import { manualClock } from './manual-clock.ts';
import { newKitOverHttp } from './new-kit.ts';
import { oldKitOverHttp, oldKitOverSse } from './old-kit.ts';

const { keep, room, oldServer, newServer } = stage();

const tools: Watched = { lists: ['tools'], resources: [] };
const note: Watched = { lists: [], resources: ['note://one'] };
const both: Watched = { lists: ['tools'], resources: ['note://one'] };

/** A listener and what it heard. */
function ears() {
  const heard: UpstreamEvent[] = [];
  return { heard, listener: (event: UpstreamEvent) => void heard.push(event) };
}

const changed: UpstreamEvent = { kind: 'list_changed', list: 'tools' };
const updated: UpstreamEvent = { kind: 'resource_updated', uri: 'note://one', params: { uri: 'note://one' } };

describe('a modern server over HTTP', () => {
  it('is listened to with one stream for all, changed with overlap, closed with the last watcher', async () => {
    const kit = keep(await newKitOverHttp());
    const { upstreams } = room();
    const upstream = upstreams.for(newSettings(kit), 'g');
    const [first, second] = [ears(), ears()];
    await using watching = await upstream.watch(tools, first.listener);
    expect(watching.honoured).toEqual(tools);
    const other = await upstreams
      .for(newSettings(kit), 'other')
      .watch({ ...note, lists: ['prompts'] }, second.listener);
    expect(other.honoured).toEqual(note);
    await until(() => kit.open() === 1);
    kit.notify.toolsChanged();
    kit.notify.resourceUpdated('note://one');
    kit.notify.resourceUpdated('note://two');
    await until(() => first.heard.length > 0 && second.heard.length > 0);
    expect([first.heard, second.heard]).toEqual([[changed], [updated]]);
    await other[Symbol.asyncDispose]();
    await until(() => kit.open() === 1);
    kit.notify.resourceUpdated('note://one');
    kit.notify.toolsChanged();
    await until(() => first.heard.length === 2);
    expect(second.heard).toHaveLength(1);
    await watching[Symbol.asyncDispose]();
    await until(() => kit.open() === 0);
  });

  it('is asked for its tools again before the watchers hear that they changed', async () => {
    const kit = keep(await newKitOverHttp());
    const upstream = room().upstreams.for(newSettings(kit), 'g');
    const before = await upstream.list('tools');
    const fetched = Promise.withResolvers<unknown>();
    await using _ = await upstream.watch(tools, () => fetched.resolve(upstream.list('tools')));
    kit.notify.toolsChanged();
    expect(await fetched.promise).not.toBe(before);
  });
});

/** A modern server of which the test holds the listen streams. */
async function listenStub() {
  const streams: {
    filter: unknown;
    id: unknown;
    say: (message: object) => void;
    acknowledge: () => void;
    end: () => void;
    isOpen: boolean;
  }[] = [];
  const capabilities = {
    tools: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
  };
  const discovery = { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities };
  const state = { refuses: false, acknowledges: true };
  const server = keep(
    await stub(({ id, method, params }, response) => {
      if (method === 'server/discover') return json(response, result(id, discovery));
      if (method !== 'subscriptions/listen')
        return json(response, result(id, { resultType: 'complete', tools: [], ttlMs: 60_000 }));
      if (state.refuses) return void response.writeHead(503).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const _meta = { 'io.modelcontextprotocol/subscriptionId': id };
      const say = (message: object) =>
        void response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`);
      const filter = params?.['notifications'];
      const acknowledge = () =>
        say({ method: 'notifications/subscriptions/acknowledged', params: { notifications: filter, _meta } });
      const stream = { filter, id, say, acknowledge, end: () => void response.end(), isOpen: true };
      response.on('close', () => {
        stream.isOpen = false;
      });
      streams.push(stream);
      if (state.acknowledges) acknowledge();
    }),
  );
  const openStreams = () => streams.filter(({ isOpen }) => isOpen).map(({ filter }) => filter);
  return { server, streams, openStreams, state };
}

describe('a listen stream', () => {
  it('is opened again with growing patience after it broke, and then everything watched counts as changed', async () => {
    const clock = manualClock();
    const { server, streams, openStreams, state } = await listenStub();
    const upstream = room(clock).upstreams.for(httpServer(server.url, { era: 'modern' }), 'g');
    const { heard, listener } = ears();
    await using watching = await upstream.watch(both, listener);
    expect(watching.honoured).toEqual(both);
    state.refuses = true;
    streams[0]?.end();
    await until(() => clock.timers() > 0);
    clock.advance(0);
    await until(
      () => server.received.filter(({ body }) => body.method === 'subscriptions/listen').length === 2,
    );
    await until(() => clock.timers() > 0);
    state.refuses = false;
    clock.advance(999);
    expect(openStreams()).toEqual([]);
    expect(heard).toEqual([]);
    clock.advance(1);
    await until(() => heard.length === 2);
    expect(heard).toEqual([changed, updated]);
    expect(openStreams()).toEqual([{ toolsListChanged: true, resourceSubscriptions: ['note://one'] }]);
  });

  it('that is acknowledged after the watcher was told counts everything as changed', async () => {
    const clock = manualClock();
    const { server, streams, state } = await listenStub();
    const upstream = room(clock).upstreams.for(httpServer(server.url, { era: 'modern' }), 'g');
    const { heard, listener } = ears();
    state.acknowledges = false;
    const begun = upstream.watch(both, listener);
    await until(() => streams.length === 1);
    clock.advance(WATCH_PATIENCE_MS);
    await using watching = await begun;
    expect(watching.honoured).toEqual(both);
    expect(heard).toEqual([]);
    streams[0]?.acknowledge();
    await until(() => heard.length === 2);
    expect(heard).toEqual([changed, updated]);
  });

  it('that ends gracefully is opened again in the same way', async () => {
    const { server, streams, openStreams } = await listenStub();
    const upstream = room().upstreams.for(httpServer(server.url, { era: 'modern' }), 'g');
    const { heard, listener } = ears();
    const before = await upstream.list('tools');
    await using _ = await upstream.watch(tools, listener);
    expect(await upstream.list('tools')).toBe(before);
    streams[0]?.say({ id: streams[0].id, result: { resultType: 'complete' } });
    await until(() => heard.length === 1 && openStreams().length === 1);
    expect(streams).toHaveLength(2);
    expect(await upstream.list('tools')).not.toBe(before);
  });

  it('is opened anew for a changed union before the old one is closed, and hears nothing of others', async () => {
    const { server, streams, openStreams } = await listenStub();
    const upstream = room().upstreams.for(httpServer(server.url, { era: 'modern' }), 'g');
    const { heard, listener } = ears();
    await using _ = await upstream.watch(tools, listener);
    await using __ = await upstream.watch({ lists: ['resources'], resources: ['a', 'b'] }, listener);
    expect(streams.map(({ filter }) => filter)).toEqual([
      { toolsListChanged: true },
      { toolsListChanged: true, resourcesListChanged: true, resourceSubscriptions: ['a', 'b'] },
    ]);
    await until(() => openStreams().length === 1);
    const say = (subscriptionId: unknown, uri: string) =>
      streams[1]?.say({
        method: 'notifications/resources/updated',
        params: {
          uri,
          title: 'x',
          _meta: { 'io.modelcontextprotocol/subscriptionId': subscriptionId, own: 1 },
        },
      });
    say(12345, 'a');
    say(String(streams[1]?.id), 'a');
    say(streams[1]?.id, 'c');
    say(streams[1]?.id, 'b');
    await until(() => heard.length > 0);
    expect(heard).toEqual([
      { kind: 'resource_updated', uri: 'b', params: { uri: 'b', title: 'x', _meta: { own: 1 } } },
    ]);
  });

  it('is not opened for what the server does not announce', async () => {
    const { server, streams } = await listenStub();
    const upstream = room().upstreams.for(httpServer(server.url, { era: 'modern' }), 'g');
    await using watching = await upstream.watch({ lists: ['prompts'], resources: [] }, () => {});
    expect(watching.honoured).toEqual({ lists: [], resources: [] });
    expect(streams).toEqual([]);
  });

  it('does not take a connection from the calls', async () => {
    const { server } = await listenStub();
    const { upstreams } = room();
    const settings = httpServer(server.url, { era: 'modern', isolation: 'grant' });
    const grants = Array.from({ length: 600 }, (_, at) => upstreams.for(settings, `g${at}`));
    await Promise.all(grants.map((upstream) => upstream.watch(tools, () => {})));
    const [first] = grants;
    expect(first && (await call(first, 'a'))).toMatchObject({ kind: 'result' });
  });
});

describe('a server that cannot be reached', () => {
  it('is watched as soon as it can be', async () => {
    const { server, state, openStreams } = await listenStub();
    const clock = manualClock();
    state.refuses = true;
    const upstream = room(clock).upstreams.for(httpServer(server.url, { era: 'modern' }), 'g');
    await upstream.describe();
    const { heard, listener } = ears();
    await using watching = await upstream.watch(tools, listener);
    expect(watching.honoured).toEqual(tools);
    state.refuses = false;
    clock.advance(1_000);
    await until(() => heard.length === 1);
    expect(openStreams()).toHaveLength(1);
  });
});

describe('a modern server over stdio', () => {
  it('is listened to among its calls, and again when its process was replaced', async () => {
    const { upstreams } = room();
    const upstream = upstreams.for(await newServer('stdio'), 'g');
    const { heard, listener } = ears();
    await using watching = await upstream.watch(both, listener);
    expect(watching.honoured).toEqual(both);
    await call(upstream, 'say');
    await until(() => heard.length === 2);
    expect(heard).toEqual([changed, updated]);
    await call(upstream, 'die');
    await until(() => heard.length === 4);
    await call(upstream, 'say');
    await until(() => heard.length === 6);
    await watching[Symbol.asyncDispose]();
    await call(upstream, 'say');
    expect(heard).toHaveLength(6);
  });
});

/** As servers on the Go SDK 1.8: who is subscribed is kept by connection, so that an older subscription takes a newer one along. */
const FORGETFUL = `
  const kept = {};
  const meta = (id) => ({ 'io.modelcontextprotocol/subscriptionId': id });
  const tell = (method, id, params = {}) => id !== undefined && say({ method, params: { ...params, _meta: meta(id) } });
  onMessage = ({ id, method, params }) => {
    if (method === 'server/discover')
      say({ id, result: { resultType: 'complete', ttlMs: 0, cacheScope: 'public', supportedVersions: ['2026-07-28'],
        capabilities: { tools: { listChanged: true }, resources: { subscribe: true } } } });
    if (method === 'subscriptions/listen') {
      const { toolsListChanged: tools, resourceSubscriptions: [note] = [] } = params.notifications;
      if (tools) kept.tools = id;
      if (note) kept.note = id;
      tell('notifications/subscriptions/acknowledged', id, { notifications: params.notifications });
    }
    if (method === 'notifications/cancelled')
      setTimeout(() => {
        delete kept.tools;
        delete kept.note;
        say({ id: params.requestId, result: { resultType: 'complete', _meta: meta(params.requestId) } });
      }, 20);
    if (method === 'tools/call') {
      tell('notifications/tools/list_changed', kept.tools);
      tell('notifications/resources/updated', kept.note, { uri: 'note://one' });
      say({ id, result: { resultType: 'complete', content: [] } });
    }
  };
`;

describe('a modern server over stdio that keeps one subscription', () => {
  it('is heard after the union changed, and again after nobody listened', async () => {
    const { upstreams } = room();
    const upstream = upstreams.for(scriptServer(FORGETFUL, { era: 'modern' }), 'g');
    const [first, second] = [ears(), ears()];
    await using watching = await upstream.watch(tools, first.listener);
    await using more = await upstream.watch(note, second.listener);
    expect([watching.honoured, more.honoured]).toEqual([tools, note]);
    // Nobody listened in between.
    expect([first.heard, second.heard]).toEqual([[changed], [updated]]);
    await call(upstream, 'say');
    await until(() => second.heard.length === 2);
    expect(first.heard).toEqual([changed, changed]);

    await Promise.all([watching[Symbol.asyncDispose](), more[Symbol.asyncDispose]()]);
    const third = ears();
    await using _ = await upstream.watch(both, third.listener);
    await call(upstream, 'say');
    await until(() => third.heard.length === 2);
  });
});

describe.each(['http', 'sse'] as const)('a legacy server over %s', (kind) => {
  it('is subscribed to once for all, on one stream, and again after its session was lost', async () => {
    const kit = keep(await (kind === 'http' ? oldKitOverHttp() : oldKitOverSse()));
    const { upstreams } = room();
    const upstream = upstreams.for(oldSettings(kit, kind), 'g');
    const [first, second] = [ears(), ears()];
    const one = await upstream.watch(both, first.listener);
    const two = await upstreams.for(oldSettings(kit, kind), 'other').watch(note, second.listener);
    expect([one.honoured, two.honoured]).toEqual([both, note]);
    expect(kit.log.subscribed).toEqual(['note://one']);
    const announce = async () => {
      for (const server of kit.log.servers) {
        server.sendToolListChanged();
        await server.server.sendResourceUpdated({ uri: 'note://one' });
      }
    };
    await announce();
    await until(() => first.heard.length === 2 && second.heard.length === 1);
    expect([first.heard, second.heard]).toEqual([[changed, updated], [updated]]);
    await one[Symbol.asyncDispose]();
    expect(kit.log.unsubscribed).toEqual([]);
    kit.log.servers.clear();
    kit.forget();
    await call(upstream, 'echo', { text: 'x' });
    await until(() => kit.log.subscribed.length === 2 && second.heard.length === 2);
    await announce();
    await until(() => second.heard.length === 3);
    await two[Symbol.asyncDispose]();
    await until(() => kit.log.unsubscribed.length === 1);
    expect(first.heard).toHaveLength(2);
  });
});

describe('a legacy server over stdio', () => {
  it('is subscribed to, and again when its process was replaced', async () => {
    const upstream = room().upstreams.for(await oldServer('stdio'), 'g', asking('open'));
    const { heard, listener } = ears();
    await using watching = await upstream.watch(both, listener);
    expect(watching.honoured).toEqual(both);
    await call(upstream, 'say');
    await until(() => heard.length === 2);
    await call(upstream, 'die');
    await until(() => heard.length === 4);
    expect(await call(upstream, 'say')).toMatchObject({ result: { content: [{ text: '["note://one"]' }] } });
    await until(() => heard.length === 6);
    expect(heard).toEqual([changed, updated, changed, updated, changed, updated]);
  });
});

describe('a legacy server without a stream of its own', () => {
  const hello = {
    protocolVersion: '2025-06-18',
    capabilities: { tools: { listChanged: true } },
    serverInfo: {},
  };

  it('announces on the streams of calls, and is not asked again for the other', async () => {
    const server = keep(
      await stub(({ id, method }, response, request) => {
        if (request.method === 'GET') return void response.writeHead(405).end();
        if (method === 'initialize') return json(response, result(id, hello), 200, { 'mcp-session-id': 's' });
        if (id === undefined) return void response.writeHead(202).end();
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n');
        response.end(`data: ${JSON.stringify(result(id, {}))}\n\n`);
      }),
    );
    const clock = manualClock();
    const upstream = room(clock).upstreams.for(httpServer(server.url, { era: 'legacy' }), 'g');
    const { heard, listener } = ears();
    await using watching = await upstream.watch(both, listener);
    expect(watching.honoured).toEqual(tools);
    await call(upstream, 'a');
    expect(heard).toEqual([changed]);
    clock.advance(600_000);
    expect(server.received.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });
});

describe('the end', () => {
  it('leaves no timer and no stream', async () => {
    const clock = manualClock();
    const { server, openStreams } = await listenStub();
    const old = keep(await oldKitOverSse());
    const own = room(clock);
    await own.upstreams.for(httpServer(server.url, { era: 'modern' }), 'g').watch(both, () => {});
    await own.upstreams.for(oldSettings(old, 'sse'), 'g').watch(both, () => {});
    expect(openStreams()).toHaveLength(1);
    await own[Symbol.asyncDispose]();
    await until(() => openStreams().length === 0 && old.log.servers.size === 0);
    expect(clock.timers()).toBe(0);
  });
});
