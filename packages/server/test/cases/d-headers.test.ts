import { describe, expect, it } from 'vitest';
import {
  type Agent,
  type Answer,
  behave,
  type CallOptions,
  exchangeBytes,
  expectAllowed,
  expectDeny,
  expectReject,
  expectSame,
  P0,
  PAIRINGS,
  type Pairing,
  TOOLS,
  useCases,
} from './support/index.ts';

const MIRRORED = {
  name: 'deploy',
  inputSchema: {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      count: { type: 'integer', 'x-mcp-header': 'Count' },
    },
  },
};

const suite = useCases({
  policy: { ...P0, tools: { ...P0.tools, deploy: {} } },
  tools: [...TOOLS, MIRRORED],
  grants: () => ({ GA2: {} }),
});

const modern = PAIRINGS.filter(({ agent }) => agent === 'modern');
const legacy = PAIRINGS.filter(({ agent }) => agent === 'legacy');
const readFile = (agent: Agent, options: CallOptions = {}): Promise<Answer> =>
  agent.call('read_file', { path: '/data/a' }, options);

describe.each(modern)('D headers of a modern agent (P §1.16.1), $server server', (pairing) => {
  const agent = (): Agent => suite().agent(pairing);

  it.each<[string, Readonly<Record<string, string | undefined>>, number]>([
    ['D-02 Mcp-Method lies', { 'mcp-method': 'ping' }, -32020],
    ['D-02 Mcp-Method in another case', { 'mcp-method': 'Tools/Call' }, -32020],
    ['D-03 missing MCP-Protocol-Version', { 'mcp-protocol-version': undefined }, -32020],
    ['D-03 missing Mcp-Method', { 'mcp-method': undefined }, -32020],
    ['D-03 missing Mcp-Name', { 'mcp-name': undefined }, -32020],
    ['D-03 empty Mcp-Name', { 'mcp-name': '' }, -32020],
    ['D-04 version header vs _meta', { 'mcp-protocol-version': '2025-11-25' }, -32020],
    ['D-10 Latin-1 in Mcp-Name', { 'mcp-name': 'r\u00e9ad' }, -32020],
    ['D-10 a no-break space around Mcp-Name', { 'mcp-name': 'read_file\u00a0' }, -32020],
    ['D-10 a tab inside Mcp-Name', { 'mcp-name': 'read\tfile' }, -32020],
    ['D-10 badly encoded Mcp-Name', { 'mcp-name': '=?base64?cmVhZF9maWxl=?=' }, -32020],
  ])('%s', (_title, headers, code) => expectReject(suite(), () => readFile(agent(), { headers }), { code }));

  it('D-04 _meta vs version header', () =>
    expectReject(suite(), () => {
      const text = agent().text('tools/call', { name: 'read_file', arguments: { path: '/data/a' } });
      return agent().send(text.replace('2026-07-28', '2025-11-25'), 'tools/call', { name: 'read_file' });
    }));

  it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', undefined, 'draft', '9999-01-01'])(
    'D-05 downgrade to skip checks, claiming %s',
    (version) =>
      expectReject(suite(), () =>
        agent().call('delete_repo', {}, { headers: { 'mcp-protocol-version': version } }),
      ),
  );

  it('D-10 blanks around Mcp-Name are no part of it', () =>
    expectSame(suite(), () => readFile(agent(), { headers: { 'mcp-name': ' \t read_file \t ' } })));

  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['another value', '{"region":"us"}', { 'mcp-param-region': 'eu' }],
    ['missing though the body has it', '{"region":"us"}', {}],
    ['a leading zero', '{"count":42}', { 'mcp-param-count': '042' }],
    ['another power of ten', '{"count":42}', { 'mcp-param-count': '1e2' }],
    ['a text that is not encoded', '{"region":"\u00e9"}', { 'mcp-param-region': '\u00e9' }],
  ])('D-12 Mcp-Param mismatch: %s', (_what, args, headers) =>
    expectReject(suite(), () => agent().callText('deploy', args, { headers }), { code: -32020 }),
  );

  it('D-12 Mcp-Param twice', () =>
    expectReject(
      suite(),
      () =>
        agent().callText('deploy', '{"region":"us"}', {
          headers: { 'mcp-param-region': 'us' },
          extraHeaders: ['Mcp-Param-Region', 'eu'],
        }),
      { rows: 0 },
    ));

  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['equal', '{"region":"us"}', { 'mcp-param-region': 'us' }],
    ['equal as a number', '{"count":42}', { 'mcp-param-count': '42.0' }],
    ['present though the body has null', '{"region":null}', { 'mcp-param-region': 'us' }],
    ['encoded', '{"region":"\u00e9"}', { 'mcp-param-region': '=?base64?w6k=?=' }],
  ])('D-12 Mcp-Param %s is no mismatch', (_what, args, headers) =>
    expectSame(suite(), () => agent().callText('deploy', args, { headers }), JSON.parse(args)),
  );

  it('D-23 cancelling is closing the own stream, never a notification', async () => {
    const held = suite().s1(pairing);
    held.nextCall(behave.delay(300));
    const call = agent().call('slow', {}, { id: 'to-be-cancelled' });
    const text = agent()
      .text('notifications/cancelled', { requestId: 'to-be-cancelled' })
      .replace(/"id":\d+,/, '');
    expect((await suite().agent(pairing, 'GA2').send(text, 'notifications/cancelled')).status).toBe(202);
    expect((await agent().send(text, 'notifications/cancelled')).status).toBe(202);
    expectAllowed(await call);
  });

  it('D-19 an MRTR retry is a new decision, and nothing of the first call is inherited', () =>
    expectDeny(suite(), () =>
      agent().request('tools/call', {
        name: 'delete_repo',
        arguments: {},
        inputResponses: { ok: { action: 'accept' } },
        requestState: 'x'.repeat(100),
      }),
    ));
});

describe.each(legacy)('D headers of a legacy agent, $server server', (pairing) => {
  const agent = (): Agent => suite().agent(pairing);

  it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', undefined])(
    'D-05 downgrade to skip checks, claiming %s, is the same denial',
    (version) =>
      expectDeny(
        suite(),
        () => agent().call('delete_repo', {}, { headers: { 'mcp-protocol-version': version } }),
        {
          rule: '/tools/delete_repo/action',
        },
      ),
  );

  it.each(['2026-07-28', 'draft', '9999-01-01'])(
    'D-05 downgrade to skip checks, claiming %s, is refused',
    (version) =>
      expectReject(suite(), () =>
        agent().call('delete_repo', {}, { headers: { 'mcp-protocol-version': version } }),
      ),
  );

  it.each(['2025-03-26', '2025-06-18', '2025-11-25'])('D-05 a session of %s is judged alike', (protocol) =>
    expectDeny(suite(), () => suite().newAgent(pairing, { protocol }).call('delete_repo')),
  );

  it('D-05 a batch is judged element by element, where a revision has batches', async () => {
    const old = suite().newAgent(pairing, { protocol: '2025-03-26' });
    const elements = [
      old.text('tools/call', { name: 'delete_repo' }),
      old.text('tools/call', { name: 'search' }),
    ];
    const { text } = await old.send(`[${elements}]`);
    expect(JSON.parse(text)).toMatchObject([
      { result: { isError: true } },
      { result: { content: [{ text: 'done' }] } },
    ]);
    await expectReject(suite(), () => agent().send(`[${elements}]`), { code: -32600 });
  });

  it("D-23 cancellation of another's request is ignored", async () => {
    suite().s1(pairing).nextCall(behave.delay(300));
    const call = agent().call('slow', {}, { id: 'held' });
    const text = JSON.stringify({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 'held' },
    });
    for (const other of [suite().agent(pairing, 'GA2'), suite().newAgent(pairing, {})])
      expect((await other.send(text)).status).toBe(202);
    expectAllowed(await call);
  });
});

describe.each(PAIRINGS)('D of every agent, $agent agent, $server server', (pairing) => {
  const agent = (): Agent => suite().agent(pairing);

  it.each([
    ['D-07 duplicate Mcp-Name', ['Mcp-Name', 'delete_repo', 'Mcp-Name', 'read_file']],
    ['D-08 duplicate Authorization', ['Authorization', 'Bearer GB']],
    ['D-08 duplicate Host', ['Host', 'evil.com', 'Host', 'localhost']],
    ['D-24 two Origins', ['Origin', 'http://localhost', 'Origin', 'http://evil']],
  ])('%s', (_title, extraHeaders) =>
    expectReject(suite(), () => readFile(agent(), { extraHeaders }), { rows: 0 }),
  );

  it.each([
    'http://evil',
    'null',
    'http://localhost.evil.com',
    'http://[::1]garbage',
    'http://localhost@evil.com',
    'file://',
    'http://127.0.0.1.evil.com:80',
  ])('D-24 Origin %s', (origin) =>
    expectReject(suite(), () => readFile(agent(), { headers: { origin } }), { status: 403, rows: 0 }),
  );

  it.each(['evil.com', 'localhost.evil.com', '[::1]garbage', '127.0.0.1.nip.io', ''])(
    'D-24 Host %s',
    (host) =>
      expectReject(suite(), () => readFile(agent(), { headers: { host } }), { status: [400, 403], rows: 0 }),
  );

  it('D-25 simple cross-site POST', async () => {
    const list = ['content-type', 'text/plain', 'authorization', `Bearer ${agent().token}`];
    const answer = await agent().exchange('POST', {
      body: agent().text('tools/call', { name: 'search' }),
      list,
    });
    expect(answer.status).toBe(415);
  });

  // With a session `GET` is the stream of an agent with a handshake; nobody else has one.
  const isModern = pairing.agent === 'modern';
  it.each(['OPTIONS', 'TRACE', 'PUT', 'PATCH', 'HEAD', ...(isModern ? ['GET'] : [])])(
    'D-26 %s',
    async (method) => {
      const list = Object.entries(await agent().headers('tools/call', 'search')).flat();
      const answer = await agent().exchange(method, { list });
      expect(answer.status).toBe(405);
      expect(answer.headers['allow']).toBe(isModern ? 'POST, DELETE' : 'GET, POST, DELETE');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it('D-26 CONNECT', async () => {
    const { host } = new URL(agent().endpoint);
    expect(
      await exchangeBytes(agent().endpoint, `CONNECT /mcp HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
    ).not.toMatch(/ 200 /);
  });

  it.each(['?access_token=TOKEN', '?token=TOKEN', '?authorization=Bearer%20TOKEN'])(
    'D-27 token in the URL: %s',
    async (query) => {
      const stranger = suite().newAgent(pairing, { token: undefined });
      const headers = Object.entries(await agent().headers('tools/call', 'search')).filter(
        ([name]) => name !== 'authorization',
      );
      const answer = await stranger.exchange('POST', {
        body: agent().text('tools/call', { name: 'search' }),
        list: headers.flat(),
        query: query.replace('TOKEN', agent().token ?? ''),
      });
      expect(answer.status).toBe(401);
    },
  );

  it('D-27 token in the path', async () => {
    const endpoint = `${suite().gateway.gateway.url}/mcp/${agent().token}`;
    const list = ['content-type', 'application/json'];
    const answer = await suite()
      .newAgent(pairing, { endpoint, token: undefined })
      .exchange('POST', { body: '{}', list });
    expect(answer.status).toBe(401);
  });

  it('D-13 smuggled hop-by-hop headers have no effect, and none is forwarded', async () => {
    const extraHeaders = [
      ...[
        'Connection',
        'Mcp-Name, Authorization',
        'X-Forwarded-Host',
        'evil.com',
        'X-Original-URL',
        '/mcp/s2',
      ],
      ...[
        'X-HTTP-Method-Override',
        'DELETE',
        'Cookie',
        'a=1',
        'Proxy-Authorization',
        'Basic eDp5',
        'Via',
        '1.1 x',
      ],
    ];
    await expectSame(suite(), () => readFile(agent(), { extraHeaders }));
    const names = Object.keys(suite().s1(pairing).calls().at(-1)?.headers ?? {});
    expect(names.filter((name) => !SENT.has(name))).toEqual([]);
    await expectDeny(suite(), () => agent().call('delete_repo', {}, { extraHeaders }));
  });

  it('D-15 pipelining: the second request is nobody although the first was somebody', async () => {
    const { host, pathname } = new URL(agent().endpoint);
    const body = agent().text('tools/call', { name: 'search', arguments: {} });
    const headers = Object.entries({
      ...(await agent().headers('tools/call', 'search')),
      host,
      'content-length': String(Buffer.byteLength(body)),
    });
    const one = (without: string): string =>
      `POST ${pathname} HTTP/1.1\r\n${headers
        .filter(([name]) => name !== without)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n${body}`;
    const text = await exchangeBytes(agent().endpoint, one('') + one('authorization') + one(''));
    expect([...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1])).toEqual(['200', '401', '200']);
  });

  it('D-10 DEL in a header is refused by whoever sees it first', async () => {
    const { host, pathname } = new URL(agent().endpoint);
    const headers = Object.entries({
      ...(await agent().headers('tools/call', 'search')),
      host,
      'content-length': '2',
    });
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const before = suite().ledgers.forwardedCount();
    const bytes = `POST ${pathname} HTTP/1.1\r\n${lines}mcp-name: read\x7ffile\r\n\r\n{}`;
    expect(await exchangeBytes(agent().endpoint, bytes)).toMatch(/^HTTP\/1\.1 400/);
    expect(suite().ledgers.forwardedCount()).toBe(before);
  });

  it('D-17 client sends a response: nobody waits for it', async () => {
    const before = suite().s1(pairing).received.length;
    const answer = await agent().send('{"jsonrpc":"2.0","id":7,"result":{"action":"accept"}}');
    expect([answer.status, answer.text]).toEqual([202, '']);
    expect(suite().s1(pairing).received.length).toBe(before);
  });
});

/** What may reach a server, of any era. */
const SENT = new Set([
  ...['host', 'connection', 'content-length', 'content-type', 'accept', 'accept-encoding'],
  ...['mcp-protocol-version', 'mcp-method', 'mcp-name', 'mcp-session-id', 'transfer-encoding', 'user-agent'],
]);

describe.each(PAIRINGS)(
  'D-21 response routed to the wrong agent, $agent agent, $server server',
  (pairing: Pairing) => {
    it('64 agents that all send id 1 get their own marker, whatever the order', async () => {
      const ROUNDS = 10;
      suite()
        .s1(pairing)
        .always('tools/call', (received, response) => {
          const { marker } = (received.message.params?.['arguments'] ?? {}) as { marker?: string };
          const content = [{ type: 'text', text: String(marker) }];
          return behave.delay(Math.random() * 20, { content })(received, response);
        });
      const agents = Array.from({ length: 64 }, () => suite().newAgent(pairing, {}));
      for (let round = 0; round < ROUNDS; round += 1) {
        const answers = await Promise.all(
          agents.map((one, at) => one.call('search', { marker: `marker ${round} ${at}` }, { id: 1 })),
        );
        expect(answers.map(({ body }) => [body.id, body.result?.content?.[0]?.text])).toEqual(
          agents.map((_, at) => [1, `marker ${round} ${at}`]),
        );
      }
      suite().s1(pairing).reset();
    });
  },
);
