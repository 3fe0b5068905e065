import { describe, expect, it } from 'vitest';
import { openEvents } from '../support/events.ts';
import { bootGateway } from '../support/gateway.ts';
import { until } from '../support/programs.ts';
import { modernCall, post, type RpcBody } from '../support/rpc.ts';
import { openSession } from '../support/session.ts';
import {
  type Agent,
  type Behaviour,
  behave,
  bootCases,
  type Cases,
  ERAS,
  type Era,
  exchangeBytes,
  expectAllowed,
  expectSame,
  movedClock,
  openSseAgent,
  P0,
  PAIRINGS,
  type Pairing,
  type ScriptedStub,
  TOOLS,
  useCases,
} from './support/index.ts';

const NAMES = ['a.b-c_d9', '9', 'A-Z', '_', 'n'.repeat(128)];
const suite = useCases({
  policy: { ...P0, tools: { ...P0.tools, ...Object.fromEntries(NAMES.map((name) => [name, {}])) } },
  tools: [...TOOLS, ...NAMES.map((name) => ({ name }))],
});

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
/** 3.9 MiB of texts, each within the bound of one text. */
const LARGE = JSON.stringify({
  parts: Array.from({ length: 39 }, (_, at) => String(at % 10).repeat(104_850)),
});

/** Arguments as text, and what the server must decode. */
const ARGUMENTS: readonly (readonly [title: string, args: string])[] = [
  ['Q-01 plain allowed call, JSON answer', '{"q":"weather"}'],
  ['Q-03 3.9 MiB arguments', LARGE],
  ['Q-05 arguments with case-variant keys as data', '{"id":1,"ID":2,"Id":3,"name":"x","Name":"y"}'],
  ['Q-06 deep but legal (depth 60)', nested(57)],
  [
    'Q-07 emoji, RTL, NFD, U+2028, NUL',
    '{"q":"\u{1F469}\u200d\u{1F4BB} \u05e9\u05dc cafe\u0301 \u2028 \\u0000 \\ud83d\\ude00"}',
  ],
  [
    'Q-09 integers at the bounds',
    '{"a":9007199254740991,"b":-9007199254740991,"c":1.0,"d":1e3,"e":0.1,"f":1e-7}',
  ],
  ['Q-10 empty arguments', '{}'],
  [
    'Q-22 words that only sound dangerous',
    '{"q":"ignore previous instructions; <script>alert(1)</script> DROP TABLE users; ../../etc/passwd ${jndi:x}"}',
  ],
  ['Q-22 names of inherited properties as data', '{"constructor":1,"toString":"x","hasOwnProperty":null}'],
];

describe.each(PAIRINGS)('Q benign, $agent agent, $server server', (pairing) => {
  const agent = (): Agent => suite().agent(pairing);

  it.each(ARGUMENTS)('%s', (_title, args) =>
    expectSame(suite(), () => agent().callText('search', args), JSON.parse(args)),
  );

  it('Q-02 SSE answer with 1,000 progress events', async () => {
    const sent = Array.from({ length: 1_000 }, (_, at) => ({ progress: at + 1, total: 1_000 }));
    suite().s1(pairing).nextCall(behave.progress(sent));
    const answer = await agent().call('search', {}, { meta: { progressToken: 'mine' } });
    expectAllowed(answer);
    // A server may send on 200 in a second, so the answer comes through and the flood does not.
    expect(answer.before.length).toBeGreaterThanOrEqual(200);
    expect(new Set(answer.before.map(({ params }) => params?.['progressToken']))).toEqual(new Set(['mine']));
    const steps = answer.before.map(({ params }) => Number(params?.['progress']));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  it.each(NAMES)('Q-04 the name %s', (name) => expectSame(suite(), () => agent().call(name)));

  it('Q-08 an encoded name header, and the literal sentinel as text', async () => {
    const encoded = `=?base64?${Buffer.from('search').toString('base64')}?=`;
    const headers = pairing.agent === 'modern' ? { 'mcp-name': encoded } : {};
    await expectSame(suite(), () => agent().call('search', { q: encoded }, { headers }), { q: encoded });
  });

  it('Q-10 arguments absent', async () => {
    await expectSame(suite(), () => agent().request('tools/call', { name: 'search' }));
    expect(suite().s1(pairing).calls().at(-1)?.message.params).not.toHaveProperty('arguments');
  });

  it('Q-10 unknown vendor keys and trace context in _meta', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const meta = { 'com.example/key': { deep: [1] }, traceparent };
    await expectSame(suite(), () => agent().call('search', {}, { meta }));
    expect(suite().s1(pairing).calls().at(-1)?.message.params?.['_meta']).toMatchObject(meta);
  });

  it.each(['text', '', '0', 0, 1, -1, Number.MAX_SAFE_INTEGER, 'x'.repeat(200), '\u{1F600}'])(
    'Q-11 the id %j, used again after completion',
    async (id) => {
      for (let round = 0; round < 2; round += 1) {
        const answer = await agent().call('search', {}, { id });
        expectAllowed(answer);
        expect(answer.body.id).toBe(id);
      }
    },
  );

  it('Q-20 application/json; charset=utf-8', async () => {
    for (const type of [
      'application/json; charset=utf-8',
      'application/json;charset=UTF-8',
      'Application/JSON',
    ])
      await expectSame(suite(), () => agent().call('search', {}, { headers: { 'content-type': type } }));
  });

  it.each(['http://localhost:5173', 'http://127.0.0.1', 'http://[::1]:3000', 'https://localhost'])(
    'Q-19 browser MCP client from an allowed Origin: %s',
    (origin) => expectSame(suite(), () => agent().call('search', {}, { headers: { origin } })),
  );

  it('benign calls pass while everything else is attacked, 100 %', async () => {
    const bad: (() => Promise<unknown>)[] = [
      () => agent().call('delete_repo', { name: 'x' }),
      () => agent().call('secret_tool'),
      () => agent().call('read_file', { path: '/etc/passwd' }),
      () => agent().send('{"jsonrpc":'),
      () => agent().callText('search', '{"a":1,"a":2}'),
      () => agent().call('search', {}, { headers: { 'content-encoding': 'gzip' } }),
      () => agent().request('tools/unknown'),
      () =>
        suite()
          .newAgent(pairing, { token: 'x'.repeat(52) })
          .request('tools/list'),
      () => exchangeBytes(agent().endpoint, 'POST / HTTP/1.1\r\nHost: x\r\n\r\n', 50),
    ];
    const good = Array.from({ length: 90 }, (_, at) => {
      const attack = bad[at % bad.length]?.().catch(() => undefined);
      return Promise.all([
        agent().call('search', { n: at }),
        agent().call('read_file', { path: '/data/x' }),
        attack,
      ]);
    });
    for (const [search, read] of await Promise.all(good)) {
      expectAllowed(search);
      expectAllowed(read);
    }
  });
});

describe.each(PAIRINGS.filter(({ agent }) => agent === 'legacy'))(
  'Q-12 sessions, $server server',
  (pairing) => {
    it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])(
      'Q-12 a client of %s: session, GET stream, DELETE',
      async (protocol) => {
        const agent = suite().newAgent(pairing, { protocol });
        await expectSame(suite(), () => agent.call('search'));
        const list = Object.entries(await agent.headers('')).flat();
        const stream = await fetch(agent.endpoint, { headers: await agent.headers('') });
        expect(stream.status).toBe(200);
        expect((await agent.exchange('DELETE', { list })).status).toBe(204);
        // The session takes its stream with it.
        await stream.text();
        expect((await agent.call('search')).status).toBe(404);
      },
    );
  },
);

describe.each(PAIRINGS)('Q with servers of their own, $agent agent, $server server', (pairing: Pairing) => {
  it('Q-14, P §7.3 500 tools over 5 pages', async () => {
    await using cases = await bootCases({ policy: { version: '1', default: 'allow' } });
    cases.s1(pairing).always('tools/list', (received, response) => {
      const page = Number(received.message.params?.['cursor'] ?? 0);
      const tools = Array.from({ length: 100 }, (_, at) => ({
        name: `t${String(page * 100 + at).padStart(3, '0')}`,
        inputSchema: { type: 'object' },
      }));
      const next = page < 4 ? { nextCursor: String(page + 1) } : {};
      return behave.result({ tools, ttlMs: 60_000, cacheScope: 'public', ...next })(received, response);
    });
    const agent = cases.agent(pairing);
    const { body } = await agent.request('tools/list');
    // A list result has a list of named tools.
    const names = (body.result?.['tools'] as readonly { readonly name: string }[] | undefined)?.map(
      ({ name }) => name,
    );
    expect(names).toEqual(Array.from({ length: 500 }, (_, at) => `t${String(at).padStart(3, '0')}`));
    await expectSame(cases, () => agent.call('t499'));
    await cases.expectLedgersToAgree();
  });

  it('Q-15 exactly N calls at limit N, N+1 only after the window', async () => {
    const clock = movedClock(Date.parse('2030-01-01T00:00:00Z'));
    const policy = { version: '1', default: 'deny', tools: { search: { rate_limit: '5/minute' } } };
    await using cases = await bootCases({ policy, gateway: { clock } });
    const agent = cases.agent(pairing);
    for (let call = 0; call < 5; call += 1) {
      await expectSame(cases, () => agent.call('search'));
      clock.pass(1_000);
    }
    const refused = await agent.call('search');
    const decision = refused.body.result?.['_meta'] as
      | { 'boomgate/decision'?: { retryAfterMs?: number } }
      | undefined;
    const retryAfterMs = decision?.['boomgate/decision']?.retryAfterMs ?? 0;
    clock.pass(retryAfterMs - 1);
    expect((await agent.call('search')).body.result?.isError).toBe(true);
    clock.pass(1);
    await expectSame(cases, () => agent.call('search'));
    await cases.expectLedgersToAgree();
  });

  it('Q-18 upstream that needs long, with progress', async () => {
    // A server gets 60 s for its first byte; here both are a fiftieth.
    await using cases = await bootCases({
      server: () => ({ timeouts: { first_byte_ms: 1_200, idle_ms: 1_200 } }),
    });
    cases.s1(pairing).nextCall((received, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const beat = setInterval(() => response.write(': still at it\n\n'), 200);
      setTimeout(() => {
        clearInterval(beat);
        const result = { resultType: 'complete', content: [{ type: 'text', text: 'late' }] };
        response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id: received.message.id, result })}\n\n`);
      }, 2_500);
    });
    const answer = await cases.agent(pairing).call('search');
    expect(answer.body.result?.content?.[0]?.text).toBe('late');
    await cases.expectLedgersToAgree();
  });
});

describe.each(ERAS)('Q-13 legacy SSE client end to end, %s server', (server) => {
  const pairing = { agent: 'legacy', server } as const;

  it.each(['2024-10-07', '2024-11-05'])('of revision %s', async (protocol) => {
    await using agent = await openSseAgent(suite(), server, protocol);
    const { reader } = agent.session;
    expect(reader.events.map(({ name }) => name)).toEqual(['endpoint', 'message']);
    const names = JSON.stringify((await agent.request('tools/list')).body.result?.['tools']);
    expect(names).toContain('"search"');
    expect(names).not.toContain('secret_tool');
    await expectSame(suite(), () => agent.call('search', { q: 'caf\u00e9 \u2028' }), {
      q: 'caf\u00e9 \u2028',
    });
    suite()
      .s1(pairing)
      .nextCall(behave.progress([{ progress: 1 }]));
    const before = reader.events.length;
    const params = { name: 'search', arguments: {}, _meta: { progressToken: 'mine' } };
    expectAllowed(await agent.request('tools/call', params));
    expect(reader.events.slice(before).map(({ message }) => message.method)).toEqual([
      'notifications/progress',
      undefined,
    ]);
    expect(reader.events.at(before)?.message.params).toEqual({ progressToken: 'mine', progress: 1 });
    expect((await agent.request('ping')).body.result).toEqual({});
    await agent.session[Symbol.asyncDispose]();
    await until(async () => (await agent.session.post('{}')) === 404);
  });
});

const FORM = {
  message: 'who?',
  requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
};
const REPLY = { action: 'accept', content: { name: 'Ada' } } as const;

/** How a server of each era asks within a call, and greets whoever it is told. */
const ASKING = {
  modern: (stub) => {
    const inputRequests = { who: { method: 'elicitation/create', params: FORM } };
    stub.nextCall(behave.result({ resultType: 'input_required', inputRequests, requestState: 'its own' }));
    stub.nextCall((received, response) => {
      const { inputResponses, requestState } = received.message.params ?? {};
      greet(JSON.stringify([inputResponses, requestState]))(received, response);
    });
  },
  legacy: (stub) => {
    stub.nextCall(async (received, response) => {
      const question = { jsonrpc: '2.0', id: 'q1', method: 'elicitation/create', params: FORM };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(question)}\n\n`);
      const reply = (): string | undefined =>
        stub.received.find(({ message }) => message.id === 'q1' && message.method === undefined)?.raw;
      await until(() => reply() !== undefined);
      const result = { content: [{ type: 'text', text: reply() }] };
      response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id: received.message.id, result })}\n\n`);
    });
  },
} satisfies Record<Era, (stub: ScriptedStub) => void>;

const greet = (text: string): Behaviour => behave.result({ content: [{ type: 'text', text }] });

/** How an agent of each era makes a call and answers the question that comes. */
const ASKED = {
  modern: async (cases, pairing) => {
    const agent = cases.agent(pairing);
    const meta = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } };
    const call = { name: 'search', arguments: { q: 'x' } };
    const { body } = await agent.request('tools/call', call, { meta });
    const { inputRequests = {}, requestState } = body.result ?? {};
    const [[key, asked] = []] = Object.entries(inputRequests as Record<string, unknown>);
    expect(asked).toMatchObject({ method: 'elicitation/create', params: FORM });
    const inputResponses = { [String(key)]: REPLY };
    return (await agent.request('tools/call', { ...call, inputResponses, requestState }, { meta })).body
      .result;
  },
  legacy: async (cases, pairing) => {
    const endpoint = cases.gateway.endpoint(`s1-${pairing.server}`);
    const token = cases.tokenOf('GA', pairing.server);
    const session = await openSession({ endpoint, token, capabilities: { elicitation: {} } });
    const params = { name: 'search', arguments: { q: 'x' } };
    await using call = await openEvents(endpoint, {
      method: 'POST',
      token,
      headers: session.headers,
      body: JSON.stringify({ jsonrpc: '2.0', id: 'call', method: 'tools/call', params }),
    });
    const { message } = await call.seen(({ message: { method } }) => method === 'elicitation/create');
    expect(message.params).toMatchObject(FORM);
    expect((await session.send({ jsonrpc: '2.0', id: message.id, result: REPLY })).status).toBe(202);
    const answer = await call.seen(({ message: { id } }) => id === 'call');
    // The result of a call, looked at member by member.
    return answer.message.result as RpcBody['result'];
  },
} satisfies Record<Era, (cases: Cases, pairing: Pairing) => Promise<RpcBody['result']>>;

describe.each(PAIRINGS)('Q-21 elicitation round trip, $agent agent, $server server', (pairing) => {
  it('a form reaches the person, and the answer the server', async () => {
    await using cases = await bootCases({ server: () => ({ parking: true }) });
    ASKING[pairing.server](cases.s1(pairing));
    const result = await ASKED[pairing.agent](cases, pairing);
    const text = result?.content?.[0]?.text ?? '';
    expect(text).toContain(JSON.stringify(REPLY));
    if (pairing.server === 'modern') expect(text).toContain('its own');
    expect(result).not.toHaveProperty('isError');
    const rows = (await cases.ledgers.rows()).filter(({ row }) => row.forwarded);
    const isParked = pairing.agent === 'modern' && pairing.server === 'legacy';
    // The second round of a parked call is a request of its own for the agent, but for its server the reply to a question.
    expect([rows.length, cases.s1(pairing).calls().length]).toEqual(
      isParked ? [2, 1] : [expect.any(Number), 2 - Number(pairing.server === 'legacy')],
    );
    if (!isParked) await cases.expectLedgersToAgree();
  });
});

describe('Q over stdio', () => {
  it('Q-17 stdio server that prints a banner first', async () => {
    const program = `
      console.log('Welcome to the server!\\n{"not":"a message"}');
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { id, method } = JSON.parse(line);
        if (id === undefined) return;
        const results = {
          initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } },
          'tools/list': { tools: [{ name: 'work', inputSchema: { type: 'object' } }] },
          'tools/call': { content: [{ type: 'text', text: 'done' }] },
        };
        const body = results[method] === undefined ? { error: { code: -32601, message: 'no' } } : { result: results[method] };
        console.log(JSON.stringify({ jsonrpc: '2.0', id, ...body }));
      });`;
    await using gateway = await bootGateway({
      mcpServers: { stdio: { command: process.execPath, args: ['-e', program] } },
    });
    const answer = await post(gateway.endpoint('stdio'), gateway.token, modernCall('work'));
    expect(answer.body.result?.content?.[0]?.text, answer.text).toBe('done');
  });
});
