import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Upstream, UpstreamNotification } from '../../src/upstreams/index.ts';
import {
  call,
  httpServer,
  json,
  type Message,
  type Opened,
  opened,
  result,
  type Stub,
  stub,
  until,
} from './fixtures.ts';

const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

type Answer = Parameters<typeof stub>[0];

/** A modern upstream to a stub that answers as the test says. */
async function modern(
  answer: Answer,
  more: Parameters<typeof httpServer>[1] = {},
): Promise<{ upstream: Upstream; server: Stub; room: Opened }> {
  const server = await stub(answer);
  const room = opened();
  open.push(server, room);
  return {
    upstream: room.upstreams.for(httpServer(server.url, { era: 'modern', ...more }), 'g'),
    server,
    room,
  };
}

/** A legacy upstream to a stub that shakes hands properly and answers everything else as the test says. */
function legacy(answer: Answer, more: Parameters<typeof httpServer>[1] = {}) {
  let sessions = 0;
  return modern(
    (message, response, request) => {
      if (message.method === 'initialize') {
        sessions += 1;
        const hello = { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: {} };
        json(response, result(message.id, hello), 200, { 'mcp-session-id': `s${sessions}` });
      } else if (message.method === 'notifications/initialized') {
        response.writeHead(202).end();
      } else {
        answer(message, response, request);
      }
    },
    { era: 'legacy', ...more },
  );
}

function events(response: ServerResponse, messages: readonly (object | string)[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const message of messages) {
    response.write(
      typeof message === 'string'
        ? message
        : `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`,
    );
  }
}

describe('answers that are not valid', () => {
  const bad: readonly [string, (message: Message) => unknown][] = [
    ['the id of another request', ({ id = 0 }) => result(id + 1, {})],
    ['the id as text', ({ id }) => ({ jsonrpc: '2.0', id: String(id), result: {} })],
    ['no id', () => ({ jsonrpc: '2.0', result: {} })],
    ['a list', ({ id }) => [result(id, {})]],
    ['result and error', ({ id }) => ({ ...result(id, {}), error: { code: 1, message: 'x' } })],
    ['another version of JSON-RPC', ({ id }) => ({ jsonrpc: '1.0', id, result: {} })],
    [
      'a question that was not allowed',
      ({ id }) => result(id, { resultType: 'input_required', inputRequests: {} }),
    ],
    ['an unknown type of result', ({ id }) => result(id, { resultType: 'task' })],
  ];

  it.each(bad)('%s is a failure that may have acted', async (_, answer) => {
    const { upstream } = await modern((message, response) => json(response, answer(message)));
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'failure', code: 'bad_answer', acted: 'maybe' });
  });

  it.each<[string, string, string]>([
    ['text that is no JSON', 'application/json', '{"jsonrpc":'],
    ['a page', 'text/html', '<p>hello</p>'],
    ['nothing', 'application/json', ''],
  ])('%s is a failure', async (_, type, body) => {
    const { upstream } = await modern((_message, response) =>
      response.writeHead(200, { 'content-type': type }).end(body),
    );
    expect(await call(upstream, 'a')).toMatchObject({ code: 'bad_answer', acted: 'maybe' });
  });

  it('never gives one call the answer of another that runs at the same time', async () => {
    const held: { message: Message; response: ServerResponse }[] = [];
    const { upstream } = await modern((message, response) => {
      held.push({ message, response });
      if (held.length < 2) return;
      const [first, second] = held;
      if (first !== undefined) json(first.response, result(second?.message.id, { whose: 'second' }));
      if (second !== undefined) json(second.response, result(second.message.id, { whose: 'second' }));
    });
    const answers = await Promise.all([call(upstream, 'a'), call(upstream, 'b')]);
    expect(answers.map((answer) => answer.kind).sort()).toEqual(['failure', 'result']);
  });

  it('refuses bytes that are not UTF-8', async () => {
    const { upstream } = await modern(({ id }, response) => {
      const text = JSON.stringify(result(id, { a: '?' }));
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(Buffer.from(text.replace('?', '\xff'), 'latin1'));
    });
    expect(await call(upstream, 'a')).toMatchObject({ code: 'bad_answer' });
  });
});

describe('statuses', () => {
  it.each([
    [401, 'unauthorized', 'no'],
    [403, 'unauthorized', 'no'],
    [404, 'bad_answer', 'no'],
    [413, 'bad_answer', 'no'],
    [429, 'bad_answer', 'no'],
    [500, 'broken', 'maybe'],
    [503, 'broken', 'maybe'],
  ] as const)('%i is %s and acted %s', async (status, code, acted) => {
    const { upstream } = await modern((_, response) =>
      response.writeHead(status, { 'content-type': 'text/plain' }).end('no'),
    );
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'failure', code, acted, httpStatus: status });
  });

  it.each([500, 503])(
    '%i is the answer where it comes with an error under the id of the request',
    async (status) => {
      // The SDK for PHP says so that its tool asked in a way that this revision does not have.
      const error = { code: -32603, message: 'This protocol revision has no server-initiated requests' };
      const failed = (id: unknown) => ({ jsonrpc: '2.0', id, error });
      const { upstream } = await modern(({ id }, response) => json(response, failed(id), status));
      expect(await call(upstream, 'a')).toMatchObject({ kind: 'error', error, httpStatus: status });
      const { upstream: other } = await modern((_, response) => json(response, failed(null), status));
      expect(await call(other, 'a')).toMatchObject({ kind: 'failure', code: 'broken', acted: 'maybe' });
    },
  );

  it('500 with a result is none', async () => {
    const { upstream } = await modern(({ id }, response) => json(response, result(id, {}), 500));
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'failure', code: 'broken', acted: 'maybe' });
  });

  it.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
    const target = await stub((message, response) => json(response, result(message.id, {})));
    open.push(target);
    const { upstream } = await modern(({ id }, response) =>
      json(response, result(id, {}), status, { location: target.url }),
    );
    expect(await call(upstream, 'a')).toMatchObject({
      kind: 'failure',
      code: 'bad_answer',
      acted: 'maybe',
      httpStatus: status,
    });
    expect(target.received).toEqual([]);
  });

  it.each([
    ['/mcp/', 'needs a slash'],
    ['/other', 'not follow'],
    ['http://127.0.0.2/mcp/', 'not follow'],
  ])('307 to %s says what to correct, where that is sure', async (location, said) => {
    const { upstream } = await modern((_, response) => response.writeHead(307, { location }).end());
    const answer = await call(upstream, 'a');
    expect(answer).toMatchObject({ message: expect.stringContaining(said) });
    expect(JSON.stringify(answer).includes('slash')).toBe(location === '/mcp/');
  });

  it('refuses an answer that only claims to be encoded', async () => {
    const { upstream } = await modern(({ id }, response) =>
      json(response, result(id, {}), 200, { 'content-encoding': 'br' }),
    );
    expect(await call(upstream, 'a')).toMatchObject({ code: 'bad_answer', acted: 'maybe' });
  });

  it('asks for no encoding and refuses one', async () => {
    const { upstream, server } = await modern(({ id }, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify(result(id, { big: '0'.repeat(1_000_000) }))));
    });
    expect(await call(upstream, 'a')).toMatchObject({ code: 'bad_answer', acted: 'maybe' });
    expect(server.received[0]?.headers['accept-encoding']).toBe('identity');
  });
});

describe('streams', () => {
  it('reads events, ignores those without data, and answers what the server asks', async () => {
    const { upstream, server } = await legacy(({ id, method }, response) => {
      if (method !== 'tools/call') return void response.writeHead(202).end();
      events(response, [
        'id: 1\ndata:\n\n',
        ': comment\n\n',
        { id: 0, method: 'roots/list' },
        { id, result: { ok: 'ü' } },
      ]);
      response.end();
    });
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'result', result: { ok: 'ü' } });
    await until(() => server.received.some(({ body }) => body.result !== undefined));
    expect(server.received.find(({ body }) => body.result !== undefined)).toMatchObject({
      body: { id: 0, result: { roots: [] } },
      headers: { 'mcp-session-id': 's1' },
    });
  });

  it('fails when the stream ends or breaks before the answer', async () => {
    const half = 'data: {"jsonrpc":"2.0","id":';
    const ended = await modern((_, response) => {
      events(response, [half]);
      response.end();
    });
    expect(await call(ended.upstream, 'a')).toMatchObject({ code: 'broken', acted: 'maybe' });
    const broken = await modern((_, response, request) => {
      events(response, [half]);
      setTimeout(() => request.socket.destroy(), 30);
    });
    expect(await call(broken.upstream, 'a')).toMatchObject({ code: 'broken', acted: 'maybe' });
  });

  it('drops progress of other requests, and everything after the answer', async () => {
    const { upstream } = await modern(({ id }, response) => {
      const progress = (token: unknown) => ({
        method: 'notifications/progress',
        params: { progressToken: token, progress: 1 },
      });
      events(response, [progress('theirs'), progress(id), { id, result: {} }, progress(id)]);
      response.end();
    });
    const seen: UpstreamNotification[] = [];
    const { signal } = new AbortController();
    const onNotification = (notification: UpstreamNotification) => seen.push(notification);
    await upstream.send({
      method: 'tools/call',
      params: { name: 'a' },
      signal,
      wantsProgress: true,
      onNotification,
    });
    await call(upstream, 'b');
    expect(seen).toHaveLength(1);
  });

  it('still gives the answer after a flood of notifications', async () => {
    const { upstream } = await modern(({ id }, response) => {
      const flood = `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: id, progress: 1 } })}\n\n`;
      events(response, [flood.repeat(20_000), { id, result: { after: 'flood' } }]);
      response.end();
    });
    let seen = 0;
    const { signal } = new AbortController();
    const onNotification = () => {
      seen += 1;
    };
    const answer = await upstream.send({
      method: 'tools/call',
      params: { name: 'a' },
      signal,
      wantsProgress: true,
      onNotification,
    });
    expect(answer).toMatchObject({ kind: 'result', result: { after: 'flood' } });
    expect(seen).toBeLessThan(2_000);
  });

  it('closes a stream that stays open after its answer', async () => {
    let closed = false;
    const { upstream } = await modern(({ id }, response) => {
      response.on('close', () => {
        closed = true;
      });
      events(response, [{ id, result: {} }]);
    });
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'result' });
    await until(() => closed);
  });
});

describe('servers that do not answer', () => {
  it('times out, without sending again', async () => {
    const timeouts = { connectMs: 500, firstByteMs: 200, idleMs: 200 };
    const { upstream, server } = await modern(() => {}, { timeouts });
    expect(await call(upstream, 'a')).toMatchObject({ code: 'timed_out', acted: 'maybe' });
    expect(server.received).toHaveLength(1);
    const stalled = await modern((_, response) => events(response, [': hello\n\n']), { timeouts });
    expect(await call(stalled.upstream, 'a')).toMatchObject({ code: 'timed_out', acted: 'maybe' });
  });

  it('gives a reset after the request as broken, without sending again', async () => {
    const { upstream, server } = await modern((_, __, request) => void request.socket.resetAndDestroy());
    expect(await call(upstream, 'a')).toMatchObject({ code: 'broken', acted: 'maybe' });
    expect(server.received).toHaveLength(1);
  });

  it('knows that a refused connection did nothing, and says why in its state', async () => {
    const { upstream, server, room } = await modern(() => {});
    await server[Symbol.asyncDispose]();
    expect(await call(upstream, 'a')).toEqual({
      kind: 'failure',
      code: 'unreachable',
      acted: 'no',
      message: 'the server cannot be reached',
    });
    expect(room.upstreams.states()).toMatchObject([
      { state: 'failing', reason: expect.stringContaining('ECONNREFUSED') },
    ]);
  });
});

describe('where requests may go', () => {
  it.each([
    'http://127.0.0.1:1/',
    'http://localhost:1/',
    'http://2130706433:1/',
    'http://[::ffff:7f00:1]:1/',
    'http://169.254.169.254/',
  ])('refuses %s unless the server may be private', async (url) => {
    const room = opened();
    open.push(room);
    const settings = httpServer(url, {
      era: 'modern',
      target: { kind: 'http', url, headers: {}, allowPrivate: false },
    });
    const answer = await call(room.upstreams.for(settings, 'g'), 'a');
    expect(answer).toMatchObject({ kind: 'failure', code: 'address_refused', acted: 'no' });
    expect(JSON.stringify(answer)).not.toContain('127.0.0.1');
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'http://user:secret@127.0.0.1/', 'no url'])(
    'refuses %s',
    async (url) => {
      const room = opened();
      open.push(room);
      const upstream = room.upstreams.for(httpServer(url, { id: 'refused' }), 'g');
      expect(await call(upstream, 'a')).toMatchObject({ code: 'address_refused', acted: 'no' });
      await expect(upstream.list('tools')).rejects.toMatchObject({ code: 'address_refused' });
      expect(JSON.stringify(room.upstreams.states())).not.toContain('secret');
    },
  );

  it('sends only the headers of the protocol and those of the server', async () => {
    const server = await stub((message, response) => json(response, result(message.id, {})));
    const room = opened();
    open.push(server, room);
    const target = {
      kind: 'http',
      url: server.url,
      headers: { Authorization: 'Bearer own', 'X-Key': 'k' },
      allowPrivate: true,
    } as const;
    await call(room.upstreams.for(httpServer(server.url, { era: 'modern', target }), 'g'), 'a');
    expect(Object.keys(server.received[0]?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'mcp-method',
      'mcp-name',
      'mcp-protocol-version',
      'x-key',
    ]);
  });

  it.each(['Host', 'Mcp-Session-Id', 'Content-Length', 'bad name'])(
    'refuses settings that set the header %s',
    async (name) => {
      const { upstream, server } = await modern(() => {}, {
        target: { kind: 'http', url: 'http://127.0.0.1:1/', headers: { [name]: 'x' }, allowPrivate: true },
      });
      expect(await call(upstream, 'a')).toMatchObject({ code: 'not_started', acted: 'no' });
      expect(server.received).toEqual([]);
    },
  );
});

describe('legacy sessions', () => {
  it('shakes hands once for all, says the negotiated version, and says goodbye', async () => {
    const { upstream, server, room } = await legacy(({ id }, response) => json(response, result(id, {})));
    await Promise.all([call(upstream, 'a'), call(upstream, 'b'), call(upstream, 'c')]);
    await room[Symbol.asyncDispose]();
    const methods = server.received.map(({ method, body }) => body.method ?? method);
    expect(methods).toEqual([
      'initialize',
      'notifications/initialized',
      'tools/call',
      'tools/call',
      'tools/call',
      'DELETE',
    ]);
    const [initialize, ...others] = server.received;
    expect(initialize?.headers['mcp-protocol-version']).toBeUndefined();
    expect(initialize?.body.params).toMatchObject({
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'boomgate' },
    });
    for (const { headers } of others)
      expect(headers).toMatchObject({ 'mcp-protocol-version': '2025-06-18', 'mcp-session-id': 's1' });
  });

  it('opens a lost session once more and sends again what the 404 refused', async () => {
    const { upstream, server } = await legacy(({ id }, response, request) => {
      if (request.headers['mcp-session-id'] === 's1')
        json(
          response,
          { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } },
          404,
        );
      else json(response, result(id, { session: request.headers['mcp-session-id'] }));
    });
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'result', result: { session: 's2' } });
    expect(server.received.filter(({ body }) => body.method === 'tools/call')).toHaveLength(2);
  });

  it('gives up when the new session is lost too', async () => {
    const { upstream, server } = await legacy((_, response) => response.writeHead(404).end());
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'failure', acted: 'no', httpStatus: 404 });
    expect(server.received.filter(({ body }) => body.method === 'initialize')).toHaveLength(2);
  });

  it('tells a legacy server of a cancellation, with our id and on the same session', async () => {
    const { upstream, server } = await legacy(({ method }, response) => {
      if (method === 'notifications/cancelled') response.writeHead(202).end();
    });
    const abort = new AbortController();
    const answer = call(upstream, 'a', {}, abort.signal);
    await until(() => server.received.some(({ body }) => body.method === 'tools/call'));
    abort.abort();
    expect(await answer).toMatchObject({ code: 'cancelled', acted: 'maybe' });
    await until(() => server.received.some(({ body }) => body.method === 'notifications/cancelled'));
    const sent = server.received.find(({ body }) => body.method === 'tools/call');
    const told = server.received.find(({ body }) => body.method === 'notifications/cancelled');
    expect(told).toMatchObject({
      headers: { 'mcp-session-id': 's1' },
      body: { params: { requestId: sent?.body.id } },
    });
  });

  it('opens a session of its own for every grant where the server wants that', async () => {
    const { upstream, server, room } = await legacy(({ id }, response) => json(response, result(id, {})), {
      isolation: 'grant',
    });
    const other = room.upstreams.for(httpServer(server.url, { era: 'legacy', isolation: 'grant' }), 'other');
    await Promise.all([call(upstream, 'a'), call(other, 'a')]);
    const sessions = server.received
      .filter(({ body }) => body.method === 'tools/call')
      .map(({ headers }) => headers['mcp-session-id']);
    expect(sessions.sort()).toEqual(['s1', 's2']);
  });
});

describe('the probe over HTTP', () => {
  const hello = { protocolVersion: '2025-03-26', capabilities: {}, serverInfo: {} };
  const error = (id: unknown, code: number) => ({ jsonrpc: '2.0', id, error: { code, message: 'x' } });

  it.each<[string, Answer]>([
    ['-32601 under 200', ({ id }, response) => json(response, error(id, -32601))],
    ['-32000 under 400', (_, response) => json(response, error(null, -32000), 400)],
    ['an empty 405', (_, response) => response.writeHead(405).end()],
    ['a page', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')],
    ['a null id', (_, response) => json(response, error(null, -32022))],
    [
      'one modern code only',
      ({ id, method }, response) =>
        json(response, error(id, method === 'server/discover' ? -32020 : -32601), 400),
    ],
  ])('takes %s as legacy and shakes hands', async (_, discover) => {
    const { upstream, server } = await modern(
      (message, response, request) => {
        if (message.params?.['_meta'] !== undefined) discover(message, response, request);
        else if (message.method === 'initialize') json(response, result(message.id, hello));
        else response.writeHead(202).end();
      },
      { era: 'auto' },
    );
    const descriptions = await Promise.all([upstream.describe(), upstream.describe()]);
    expect(descriptions).toMatchObject([{ era: 'legacy', protocol: '2025-03-26' }, { era: 'legacy' }]);
    expect(server.received.filter(({ body }) => body.method === 'server/discover')).toHaveLength(1);
    expect(server.received.filter(({ body }) => body.method === 'initialize')).toHaveLength(1);
  });

  it('says to agents that it wants a sign-in which the gateway never had, unless it presents something', async () => {
    const { server } = await modern((_, response) =>
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="x"' }).end(),
    );
    for (const [headers, said] of [
      [{}, 'has to connect it'],
      [{ Authorization: 'Bearer old' }, 'refused the credentials'],
    ] as const) {
      const room = opened();
      open.push(room);
      const target = { kind: 'http', url: server.url, headers, allowPrivate: true } as const;
      const upstream = room.upstreams.for(httpServer(server.url, { era: 'auto', target }), 'g');
      const message = expect.stringContaining(said);
      expect(await call(upstream, 'a')).toMatchObject({ code: 'unauthorized', message });
    }
  });

  it.each([401, 403, 500, 503, 429])('P §7.13 takes no verdict from %i, and asks again', async (status) => {
    const { upstream, server } = await modern((_, response) => response.writeHead(status).end(), {
      era: 'auto',
    });
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'failure', acted: 'no' });
    expect(await call(upstream, 'a')).toMatchObject({ kind: 'failure', acted: 'no' });
    expect(server.received.map(({ body }) => body.method)).toEqual(['server/discover', 'server/discover']);
  });
});

describe('listings', () => {
  const capabilities = {
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {} },
    resultType: 'complete',
  };
  const tool = (name: string) => ({ name, inputSchema: { type: 'object' } });

  function paging(pages: (cursor: unknown) => object): ReturnType<typeof modern> {
    return modern(({ id, method, params }, response) =>
      json(response, result(id, method === 'server/discover' ? capabilities : pages(params?.['cursor']))),
    );
  }

  it('follows every cursor, the empty one too', async () => {
    const { upstream } = await paging((cursor) => {
      if (cursor === undefined) return { tools: [tool('b')], nextCursor: '' };
      return cursor === '' ? { tools: [], nextCursor: 'x' } : { tools: [tool('a')] };
    });
    expect([...(await upstream.list('tools')).byKey.keys()]).toEqual(['a', 'b']);
  });

  it.each<[string, (cursor: unknown) => object, string]>([
    ['the same cursor for ever', () => ({ tools: [], nextCursor: 'x' }), 'bad_answer'],
    ['a new cursor for ever', (cursor) => ({ tools: [], nextCursor: `${cursor}x` }), 'too_large'],
    [
      'too many tools',
      () => ({ tools: Array.from({ length: 2_001 }, (_, at) => tool(`t${at}`)) }),
      'too_large',
    ],
    [
      'too many request bytes',
      () => ({ tools: [{ ...tool('a'), description: 'x'.repeat(9_000_000) }] }),
      'too_large',
    ],
    ['no list', () => ({}), 'bad_answer'],
    ['a cursor that is no text', () => ({ tools: [], nextCursor: 5 }), 'bad_answer'],
  ])('refuses %s', async (_, pages, code) => {
    const { upstream } = await paging(pages);
    await expect(upstream.list('tools')).rejects.toMatchObject({ name: 'UpstreamError', code });
  });

  it('says of what a list has too much', async () => {
    const tools = Array.from({ length: 2_001 }, (_, at) => tool(`t${at}`));
    const { upstream } = await paging(() => ({ tools }));
    await expect(upstream.list('tools')).rejects.toThrow(/lists more than 2000 items/);
  });

  it('tells the operator what it dropped, and keeps the rest', async () => {
    const { upstream, room } = await paging(() => ({
      tools: [tool('good'), tool('bad name'), tool('twice'), { ...tool('twice'), title: 'other' }],
    }));
    const listing = await upstream.list('tools');
    expect(listing.items).toEqual([tool('good')]);
    expect(listing.dropped.map(({ key }) => key).sort()).toEqual(['bad name', 'twice']);
    expect(room.logged.filter((line) => line.includes('dropped'))).toHaveLength(2);
    expect(upstream.peekList('tools')).toBe(listing);
    expect(upstream.peekList('prompts')).toBeUndefined();
  });

  it('takes what stands on two pages once, as when the list grew between them', async () => {
    const { upstream } = await paging((cursor) =>
      cursor === undefined
        ? { tools: [tool('a'), tool('b')], nextCursor: '2' }
        : { tools: [{ inputSchema: { type: 'object' }, name: 'b' }, tool('c')] },
    );
    const { dropped, items } = await upstream.list('tools');
    expect({ dropped, items }).toEqual({ dropped: [], items: [tool('a'), tool('b'), tool('c')] });
  });

  it('asks again after the server said on a stream that its tools changed', async () => {
    let changes = 0;
    const { upstream } = await modern(({ id, method }, response) => {
      if (method === 'server/discover') return json(response, result(id, capabilities));
      if (method === 'tools/list')
        return json(response, result(id, { tools: [tool(`v${changes}`)], ttlMs: 60_000 }));
      changes += 1;
      events(response, [{ method: 'notifications/tools/list_changed' }, { id, result: {} }]);
      response.end();
    });
    expect((await upstream.list('tools')).byKey.has('v0')).toBe(true);
    await call(upstream, 'a');
    expect((await upstream.list('tools')).byKey.has('v1')).toBe(true);
  });
});
