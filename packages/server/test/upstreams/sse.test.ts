import { spawn } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { until as eventually, freePort, npmServer } from '../support/programs.ts';
import { asking, callAsking, oldSettings, stage, textOf } from './agents.ts';
import { call, environment, httpServer, json, result, sseServer, stub, until } from './fixtures.ts';
import { manualClock } from './manual-clock.ts';
import { oldKitOverSse } from './old-kit.ts';

const { keep, room } = stage();

describe('a server over HTTP+SSE', () => {
  it('is found by its address alone, once, described, listed and called', async () => {
    const kit = keep(await oldKitOverSse());
    const { upstreams } = room();
    const upstream = upstreams.for(httpServer(kit.url), 'g');
    const [description] = await Promise.all([upstream.describe(), upstream.list('tools')]);
    expect(description).toMatchObject({ era: 'legacy', serverInfo: { name: 'old kit' } });
    expect((await upstream.list('tools')).byKey.has('echo')).toBe(true);
    expect(textOf(await call(upstream, 'echo', { text: 'Grüße' }))).toBe('Grüße');
    expect(upstreams.states()).toMatchObject([{ state: 'ready', era: 'legacy' }]);
    await until(() => kit.log.servers.size === 1);
  });

  it('is not looked for where the settings say that it is Streamable HTTP', async () => {
    const kit = keep(await oldKitOverSse());
    const target = {
      kind: 'http',
      url: kit.url,
      headers: {},
      allowPrivate: true,
      transport: 'http',
    } as const;
    const upstream = room().upstreams.for(httpServer(kit.url, { target }), 'g');
    expect(await call(upstream, 'echo')).toMatchObject({ kind: 'failure', acted: 'no' });
    expect(kit.log.servers.size).toBe(0);
  });

  it('is told of a cancellation', async () => {
    const kit = keep(await oldKitOverSse());
    const upstream = room().upstreams.for(oldSettings(kit, 'sse'), 'g');
    await upstream.describe();
    const agent = new AbortController();
    const answer = callAsking(upstream, 'wait', { signal: agent.signal });
    setTimeout(() => agent.abort(), 50);
    expect(await answer).toMatchObject({ code: 'cancelled', acted: 'maybe' });
    await until(() => kit.log.cancelled.length === 1);
  });

  it('that drops its stream breaks the calls in flight, and is connected to again at the next', async () => {
    const kit = keep(await oldKitOverSse());
    const upstream = room().upstreams.for(oldSettings(kit, 'sse'), 'g', asking('open'));
    await upstream.describe();
    const asked = Promise.withResolvers<void>();
    const answer = callAsking(upstream, 'ask', {
      args: { message: 'x' },
      ask: () => {
        asked.resolve();
        return new Promise(() => {});
      },
    });
    await asked.promise;
    kit.forget();
    expect(await answer).toMatchObject({ kind: 'failure', code: 'broken', acted: 'maybe' });
    expect(textOf(await call(upstream, 'echo', { text: 'back' }))).toBe('back');
  });

  it('answers two thousand concurrent calls each with its own answer', async () => {
    const kit = keep(await oldKitOverSse());
    const { upstreams } = room();
    const settings = oldSettings(kit, 'sse');
    const texts = Array.from({ length: 2_000 }, (_, at) => `marker ${at}`);
    const answers = await Promise.all(
      texts.map((text, at) => call(upstreams.for(settings, `g${at % 7}`), 'echo', { text })),
    );
    expect(answers.map(textOf)).toEqual(texts);
    expect(kit.log.servers.size).toBe(1);
  });
});

describe('the reference server over HTTP+SSE', () => {
  it('is called and asks', async () => {
    const port = await freePort();
    const child = spawn(process.execPath, [npmServer('everything'), 'sse'], {
      env: { ...environment, PORT: String(port) },
      stdio: 'ignore',
    });
    keep({
      [Symbol.asyncDispose]: async () => {
        const exited = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await exited;
      },
    });
    const url = `http://127.0.0.1:${port}/sse`;
    await eventually(() =>
      fetch(url, { method: 'DELETE' }).then(
        () => true,
        () => false,
      ),
    );
    const upstream = room().upstreams.for(sseServer(url), 'g', asking('open'));
    expect((await upstream.list('tools')).byKey.has('trigger-elicitation-request')).toBe(true);
    expect(await call(upstream, 'echo', { message: 'hi' })).toMatchObject({
      result: { content: [{ text: 'Echo: hi' }] },
    });
    const ask = async () => ({ kind: 'result', result: { action: 'decline' } }) as const;
    expect(JSON.stringify(await callAsking(upstream, 'trigger-elicitation-request', { ask }))).toContain(
      'declined',
    );
  });
});

/** A server whose stream the test writes. */
async function streamStub(
  endpoint: string,
  onPost: (id: number | undefined, response: ServerResponse) => void,
) {
  const streams: ServerResponse[] = [];
  const server = keep(
    await stub(({ id }, response, request) => {
      if (request.method !== 'GET') return onPost(id, response);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: endpoint\ndata: ${endpoint}\n\n`);
      streams.push(response);
    }),
  );
  const target = {
    kind: 'http',
    url: server.url,
    headers: { authorization: 'Bearer own' },
    allowPrivate: true,
    transport: 'sse',
  } as const;
  const say = (message: object) =>
    streams.at(-1)?.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`);
  return { server, streams, say, settings: httpServer(server.url, { target }) };
}

const hello = { protocolVersion: '2024-11-05', capabilities: { tools: {} }, serverInfo: {} };

describe('what an HTTP+SSE server says', () => {
  it.each(['http://127.0.0.1:1/steal', 'https://example.com/', '//example.com/x', 'http://['])(
    'is not believed when it names the endpoint %s of another origin',
    async (endpoint) => {
      const { server, settings } = await streamStub(endpoint, (_, response) => response.writeHead(202).end());
      const upstream = room().upstreams.for(settings, 'g');
      expect(await call(upstream, 'a')).toMatchObject({ code: 'address_refused', acted: 'no' });
      expect(server.received.filter(({ method }) => method === 'POST')).toEqual([]);
    },
  );

  it('may be an endpoint relative to its address, to which the credentials go too', async () => {
    const stubbed = await streamStub('../messages?x=1', (id, response) => {
      response.writeHead(202).end();
      if (id !== undefined) stubbed.say(result(id, id === 1 ? hello : { ok: 1 }));
    });
    expect(await call(room().upstreams.for(stubbed.settings, 'g'), 'a')).toMatchObject({ result: { ok: 1 } });
    const posts = stubbed.server.received.filter(({ method }) => method === 'POST');
    expect(posts.map(({ headers }) => headers['authorization'])).toEqual(Array(3).fill('Bearer own'));
  });

  it.each([
    [400, 'bad_answer', 'no'],
    [401, 'unauthorized', 'no'],
    [404, 'bad_answer', 'no'],
    [500, 'broken', 'maybe'],
  ] as const)('with HTTP %i to a message is %s and acted %s', async (status, code, acted) => {
    const stubbed = await streamStub('/m', (id, response) => {
      response.writeHead(id === 2 ? status : 202).end();
      if (id === 1) stubbed.say(result(id, hello));
    });
    const upstream = room().upstreams.for(stubbed.settings, 'g');
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'failure', code, acted, httpStatus: status });
  });

  it('is waited for no longer than for a first byte, when it names no endpoint', async () => {
    const clock = manualClock();
    const server = keep(
      await stub(
        (_, response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders(),
      ),
    );
    const answer = call(room(clock).upstreams.for(sseServer(server.url), 'g'), 'a');
    await until(() => server.received.length === 1 && clock.timers() > 0);
    clock.advance(10_000);
    expect(await answer).toMatchObject({ code: 'timed_out', acted: 'no' });
  });

  it('is not probed for where the handshake of Streamable HTTP is accepted', async () => {
    const server = keep(
      await stub(({ id, method, params }, response) => {
        if (params?.['_meta'] !== undefined) return void response.writeHead(405).end();
        if (id === undefined) return void response.writeHead(202).end();
        json(response, result(id, method === 'initialize' ? hello : {}));
      }),
    );
    const upstream = room().upstreams.for(httpServer(server.url), 'g');
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'result' });
    expect(server.received.filter(({ method }) => method === 'GET')).toEqual([]);
  });
});
