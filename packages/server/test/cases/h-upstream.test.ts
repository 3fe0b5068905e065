import { createServer as createHttpServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogEntry } from '../../src/index.ts';
import { STACK_PATIENCE_MS } from '../../src/limits/index.ts';
import { type Certificate, makeAuthority } from '../support/certificates.ts';
import { bootGateway } from '../support/gateway.ts';
import { isAcknowledged, openListen } from '../support/listen.ts';
import { until } from '../support/programs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { openSession } from '../support/session.ts';
import {
  type Agent,
  type Answer,
  type Behaviour,
  behave,
  bootCases,
  type Cases,
  ERAS,
  expectAllowed,
  openStream,
  PAIRINGS,
  type Received,
  useCases,
} from './support/index.ts';

/** Milliseconds that the servers get here, and by which an error may be late on a machine that is busy. */
const TIMEOUTS = { connect_ms: 500, first_byte_ms: 400, idle_ms: 600 };
const LATE_MS = 2_500;
const KEY = 'secret-of-the-server';
const MIB = 1024 * 1024;

const suite = useCases({
  server: () => ({ timeouts: TIMEOUTS, headers: { 'x-api-key': KEY } }),
});

const search = (agent: Agent, q = 'x'): Promise<Answer> => agent.call('search', { q });

/** The newest row of a call that was forwarded to S1. */
async function lastForwarded(): Promise<LogEntry | undefined> {
  return (await suite().ledgers.rows()).findLast(({ row }) => row.forwarded && row.server.startsWith('s1'));
}

function expectUnavailable(answer: Answer): void {
  expect(answer.status, answer.text).toBe(200);
  expect(answer.body.result?.isError, answer.text.slice(0, 500)).toBe(true);
  expect(answer.body.result?.content?.[0]?.text).toMatch(/^\[UPSTREAM UNAVAILABLE\] /);
  expect(answer.text).not.toContain(KEY);
  expect(answer.text).not.toMatch(/127\.0\.0\.1|localhost/);
}

async function timed(act: () => Promise<Answer>): Promise<{ answer: Answer; ms: number }> {
  const startMs = performance.now();
  const answer = await act();
  return { answer, ms: performance.now() - startMs };
}

/** The result of a call as JSON text that names its arguments. */
function echo({ message }: Received): string {
  const text = JSON.stringify(message.params?.['arguments'] ?? {});
  const result = { resultType: 'complete', content: [{ type: 'text', text }] };
  return JSON.stringify({ jsonrpc: '2.0', id: message.id, result });
}

const HEAD = {
  json: { 'content-type': 'application/json' },
  events: { 'content-type': 'text/event-stream' },
};
const event = (text: string): string => `event: message\ndata: ${text}\n\n`;

/** Each is one way in which an answer does not come, with the time after which the agent must have been told. */
const SLOW: readonly (readonly [string, Behaviour, number])[] = [
  ['H-01 no byte of an answer', behave.silence(), TIMEOUTS.first_byte_ms],
  [
    'H-01 a head and half a body, then nothing',
    (received, response) => void response.writeHead(200, HEAD.json).write(echo(received).slice(0, 20)),
    TIMEOUTS.idle_ms,
  ],
  [
    'H-01, P §7.11 an event stream that says nothing',
    (_received, response) => void response.writeHead(200, HEAD.events).write(': hello\n\n'),
    TIMEOUTS.idle_ms,
  ],
  ['H-04 a reset after the request', behave.drop(), 0],
  [
    'H-04 a reset in the middle of the body',
    (_received, response) => {
      response.writeHead(200, { ...HEAD.json, 'content-length': 1_000 }).write('{"jsonrpc"');
      setTimeout(() => response.destroy(), 20);
    },
    20,
  ],
  [
    'H-04 a stream cut within its answer',
    (received, response) => {
      response.writeHead(200, HEAD.events).write(event(echo(received)).slice(0, 40));
      setTimeout(() => response.destroy(), 20);
    },
    20,
  ],
  [
    'H-04 a stream that ends before its answer',
    (_received, response) => void response.writeHead(200, HEAD.events).end(': bye\n\n'),
    0,
  ],
];

describe.each(PAIRINGS)('H answers that do not come, $agent agent, $server server', (pairing) => {
  it.each(SLOW)('%s', async (_, behaviour, ms) => {
    const { agent, s1 } = suite();
    await search(agent(pairing));
    const before = s1(pairing).calls().length;
    s1(pairing).nextCall(behaviour);
    const slow = timed(() => search(agent(pairing), 'slow'));
    const other = await timed(() => search(agent(pairing, 'GB'), 'other'));
    expectAllowed(other.answer);
    const { answer, ms: took } = await slow;
    expectUnavailable(answer);
    expect(took).toBeLessThan(ms + LATE_MS);
    expect(s1(pairing).calls().length - before, 'sent once').toBe(1);
    expect((await lastForwarded())?.outcomeRow?.status).toBe('unknown');
    expectAllowed(await search(agent(pairing)));
  });
});

const BOMB = Buffer.alloc(20 * MIB);
const ID = '"id":ID';
const DONE = '{"resultType":"complete","content":[]}';

/** Answers that are none: text for a JSON body, or a behaviour. */
const WRONG: readonly (readonly [string, Behaviour])[] = [
  ['H-07 no JSON', behave.garble('{"jsonrpc":"2.0",')],
  ['H-07 another id', behave.garble(`{"jsonrpc":"2.0","id":999999,"result":${DONE}}`)],
  ['H-07 the id as text', behave.garble(`{"jsonrpc":"2.0","id":"ID","result":${DONE}}`)],
  ['H-07 no id', behave.garble(`{"jsonrpc":"2.0","result":${DONE}}`)],
  ['H-07 an array', behave.garble(`[{"jsonrpc":"2.0",${ID},"result":${DONE}}]`)],
  ['H-07 two answers in one body', behave.garble(`{"jsonrpc":"2.0",${ID},"result":${DONE}}`.repeat(2))],
  [
    'H-07 result and error',
    behave.garble(`{"jsonrpc":"2.0",${ID},"result":${DONE},"error":{"code":1,"message":"x"}}`),
  ],
  ['H-07 two results', behave.garble(`{"jsonrpc":"2.0",${ID},"result":${DONE},"result":{"content":[1]}}`)],
  ['H-07 a page of HTML', behave.status(200, '<html>', { 'content-type': 'text/html' })],
  ['H-07 nothing at all', behave.status(200)],
  ['H-07 a server error', behave.status(500, 'Error: at /srv/app/secret.js:1')],
  [
    'H-07 the answer of a stream under another id',
    (received, response) =>
      void response
        .writeHead(200, HEAD.events)
        .end(event(echo(received).replace(/"id":\d+/, '"id":1000000'))),
  ],
  ['H-09 a gzip bomb', encoded('gzip', gzipSync(BOMB))],
  [
    'H-09 a bomb in six layers',
    encoded('gzip, gzip, gzip, gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(BOMB)))),
  ],
  ['H-09 a brotli bomb', encoded('br', brotliCompressSync(BOMB))],
  ['H-09 an encoding that nobody knows', encoded('snappy', Buffer.from('x'))],
];

/** Answers above 64 MiB, whole or in one event. */
const LARGE: readonly (readonly [string, Behaviour])[] = [
  ['a body larger than any may be', behave.flood(65 * MIB)],
  [
    'an event larger than any may be',
    (_received, response) => {
      response.writeHead(200, HEAD.events).write('data: ');
      response.end('x'.repeat(65 * MIB));
    },
  ],
  [
    'an event of too many lines',
    (_received, response) =>
      void response.writeHead(200, HEAD.events).end(`data: ${'x'.repeat(1_000)}\n`.repeat(70_000)),
  ],
];

function encoded(encoding: string, bytes: Buffer): Behaviour {
  return (_received, response) =>
    void response.writeHead(200, { ...HEAD.json, 'content-encoding': encoding }).end(bytes);
}

describe.each(ERAS)('H answers that are none, from a %s server', (server) => {
  const pairing = { agent: server, server };

  it.each(WRONG)('%s', async (_, behaviour) => {
    const { agent, newAgent, s1 } = suite();
    const stub = s1(pairing);
    // The other call is under way on the same server when the wrong answer comes.
    let finish = (): void => undefined;
    stub.nextCall((received, response) => {
      finish = () => void response.writeHead(200, HEAD.json).end(echo(received));
    });
    const before = stub.calls().length;
    const other = search(newAgent(pairing, {}), 'the other one');
    await until(() => stub.calls().length === before + 1);
    stub.nextCall(behaviour);
    expectUnavailable(await search(agent(pairing), 'wrong'));
    finish();
    const answered = await other;
    expectAllowed(answered);
    expect(answered.text).toContain('the other one');
    expect(stub.calls().length - before, 'neither was sent twice').toBe(2);
    expect(stub.calls().at(-1)?.headers['accept-encoding']).toBe('identity');
  });

  it.each(LARGE)('%s is refused, and the next answer is served', async (_, behaviour) => {
    const { agent, s1 } = suite();
    s1(pairing).nextCall(behaviour);
    const answer = await search(agent(pairing), 'large');
    expectUnavailable(answer);
    expect(answer.text).toMatch(/too large for the gateway to pass on|broke before the answer/);
    expectAllowed(await search(agent(pairing)));
  });

  it('H-07 the second of two answers on a stream is nobody’s', async () => {
    const { agent, s1 } = suite();
    s1(pairing).nextCall((received, response) => {
      const forged = echo(received).replace('first', 'second');
      response.writeHead(200, HEAD.events).end(event(echo(received)) + event(forged));
    });
    const answer = await search(agent(pairing), 'first');
    expectAllowed(answer);
    expect(answer.text).toContain('first');
    expect(answer.text).not.toContain('second');
  });

  it('H-07, D-21 64 agents that all send id 1 get their own answers, in whatever order they come', async () => {
    // With the patience of a usual server: 64 calls at once wait for each other.
    await using cases = await bootCases();
    const { newAgent, s1 } = cases;
    s1(pairing).always('tools/call', (received, response) => {
      setTimeout(() => response.writeHead(200, HEAD.json).end(echo(received)), Math.random() * 20);
    });
    const agents = Array.from({ length: 64 }, () => newAgent(pairing, {}));
    const rounds = Array.from({ length: 10 }, (_, round) => round);
    await Promise.all(
      agents.map(async (agent, at) => {
        for (const round of rounds) {
          const marker = `marker ${at} of ${round}`;
          const answer = await agent.call('search', { q: marker }, { id: 1 });
          expectAllowed(answer);
          expect(answer.body.id).toBe(1);
          expect(answer.body.result?.content?.[0]?.text).toBe(JSON.stringify({ q: marker }));
        }
      }),
    );
    await cases.expectLedgersToAgree();
  });
});

describe('H what a server does to connections', () => {
  const pairing = { agent: 'modern', server: 'modern' } as const;

  it('H-05 a server that closes idle connections at random is never asked twice', async () => {
    const { agent, s1 } = suite();
    const stub = s1(pairing);
    stub.always('tools/call', (received, response) => {
      const { socket } = response;
      response.writeHead(200, HEAD.json).end(echo(received));
      setTimeout(() => socket?.destroy(), Math.random() * 4);
    });
    const answers: Answer[] = [];
    for (let call = 0; call < 150; call += 1) {
      answers.push(await search(agent(pairing), `keep-alive ${call}`));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
    }
    stub.reset();
    const reached = stub.calls().map(({ message }) => JSON.stringify(message.params?.['arguments']));
    const own = reached.filter((text) => text.includes('keep-alive'));
    expect(new Set(own).size).toBe(own.length);
    const refused = answers.filter(({ body }) => body.result?.isError === true);
    for (const answer of refused) expectUnavailable(answer);
    // A request that meets a closing connection is lost; it must be rare, for it cannot be repeated.
    expect(refused.length).toBeLessThan(answers.length / 2);
    expectAllowed(await search(agent(pairing)));
  });

  it('H-10 redirects are not followed, wherever they lead', async () => {
    const trapped: string[] = [];
    await using trap = await listening(
      createHttpServer((request, response) => {
        trapped.push(`${request.method} ${request.headers['x-api-key']}`);
        response.end('{}');
      }),
    );
    const places = [
      trap.url,
      `${trap.url}/internal`,
      'file:///etc/passwd',
      '/elsewhere',
      '//evil.invalid/',
      'x\u00a0y',
    ];
    const { agent, s1 } = suite();
    for (const status of [300, 301, 302, 303, 305, 307, 308]) {
      for (const location of places) {
        const before = s1(pairing).received.length;
        s1(pairing).nextCall(behave.status(status, '', { location }));
        expectUnavailable(await search(agent(pairing)));
        expect(s1(pairing).received.length - before, `${status} to ${location}`).toBe(1);
      }
    }
    expect(trapped).toEqual([]);
  });

  it('H-17 a server that closes at once 300 times fills no log, and serves again when it can', async () => {
    const { agent, gateway, s1 } = suite();
    const before = gateway.lines.length;
    s1(pairing).always('tools/call', behave.drop());
    for (let call = 0; call < 300; call += 1)
      expectUnavailable(await search(agent(pairing), `storm ${call}`));
    s1(pairing).reset();
    expect(
      s1(pairing)
        .calls()
        .filter(({ raw }) => raw.includes('storm')).length,
    ).toBe(300);
    expect(gateway.lines.length - before).toBeLessThan(10);
    expectAllowed(await search(agent(pairing)));
  });

  it('H-17 what a server makes the gateway say differently each time is cut as well', async () => {
    const { agent, gateway, s1 } = suite();
    const before = gateway.lines.length;
    let call = 0;
    s1(pairing).always('tools/call', (_received, response) => {
      call += 1;
      response.writeHead(500 + (call % 90)).end();
    });
    const startMs = performance.now();
    await Promise.all(Array.from({ length: 1_000 }, () => search(agent(pairing), 'varied')));
    const seconds = Math.ceil((performance.now() - startMs) / 1_000) + 1;
    s1(pairing).reset();
    expect(gateway.lines.length - before).toBeLessThanOrEqual(101 * seconds);
  });
});

describe('H-03 a server whose machine is gone without a word', () => {
  it('is an error in time; the dead connection is not used again', async () => {
    const sockets: Socket[] = [];
    let isGone = false;
    const alive = createHttpServer(ordinary());
    const server = createServer((socket) => {
      sockets.push(socket);
      // The kernel takes the bytes, and nobody ever reads them.
      if (isGone) socket.pause();
      else alive.emit('connection', socket);
    });
    await using stub = await listening(server);
    await using gateway = await bootGateway({
      mcpServers: { stub: { url: stub.url, era: 'modern', timeouts: TIMEOUTS } },
    });
    const call = () => post(gateway.endpoint('stub'), gateway.token, modernCall('work'));
    expect((await call()).body.result?.isError).toBeUndefined();
    isGone = true;
    for (const socket of sockets) socket.pause().removeAllListeners('data');
    const startMs = performance.now();
    const answers = await Promise.all([call(), call(), call()]);
    expect(performance.now() - startMs).toBeLessThan(TIMEOUTS.first_byte_ms + LATE_MS);
    expect(answers.map(({ body }) => body.result?.isError)).toEqual([true, true, true]);
    isGone = false;
    expect((await call()).body.result?.isError).toBeUndefined();
  });
});

describe('H-01 a server that answers nobody', () => {
  it('makes more calls than it has connections wait no longer than twice its time', async () => {
    const { agent, s1 } = suite();
    const pairing = { agent: 'modern', server: 'modern' } as const;
    s1(pairing).always('tools/call', behave.silence());
    const startMs = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 700 }, (_, at) => search(agent(pairing), `wait ${at}`)),
    );
    expect(performance.now() - startMs).toBeLessThan(2 * TIMEOUTS.first_byte_ms + LATE_MS);
    for (const answer of answers) expectUnavailable(answer);
    s1(pairing).reset();
    expectAllowed(await search(agent(pairing)));
  });
});

/** Answers to `server/discover` that mean an old server, or nothing. */
const PROBES: readonly (readonly [string, RequestListener])[] = [
  ['-32601', (_request, response) => void response.writeHead(200, HEAD.json).end(rpcError(-32601))],
  ['-32602', (_request, response) => void response.writeHead(400, HEAD.json).end(rpcError(-32602))],
  ['an empty 400', (_request, response) => void response.writeHead(400).end()],
  ['404', (_request, response) => void response.writeHead(404).end('not found')],
];

const rpcError = (code: number): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message: 'no' } });

/** Under every bound, and of what takes a parser longest: names that all differ. */
const NAMES = JSON.stringify(Object.fromEntries(Array.from({ length: 250_000 }, (_, at) => [`k${at}`, 1])));

describe('H answers that take long to read', () => {
  it('hold up nobody else, however many they are', async () => {
    const pairing = { agent: 'modern', server: 'modern' } as const;
    await using cases = await bootCases();
    const { agent, newAgent, s1 } = cases;
    expectAllowed(await search(agent(pairing, 'GB')));
    s1(pairing).always('tools/call', ({ message }, response) => {
      const rest = `"result":{"resultType":"complete","content":[],"structuredContent":${NAMES}}}`;
      response.writeHead(200, HEAD.json).end(`{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},${rest}`);
    });
    const startMs = performance.now();
    let isOver = false;
    const all = Promise.all(Array.from({ length: 6 }, () => search(newAgent(pairing, {})))).finally(() => {
      isOver = true;
    });
    let longest = 0;
    while (!isOver) {
      const { answer, ms } = await timed(() => search(agent(pairing, 'GB')));
      expectAllowed(answer);
      longest = Math.max(longest, ms);
    }
    for (const { text } of await all) expect(text.length).toBeGreaterThan(NAMES.length);
    // One right after the other they would hold up a call for nearly as long as all of them take.
    expect(longest).toBeLessThan((performance.now() - startMs) / 2);
  });
});

describe('H-18 an old server behind a new gateway', () => {
  it.each(PROBES)(
    'that answers the probe with %s is asked once, and each call is sent once',
    async (_, probe) => {
      const seen: string[] = [];
      await using stub = await listening(createHttpServer(legacyServer(seen, probe)));
      await using gateway = await bootGateway({
        mcpServers: { stub: { url: stub.url, timeouts: TIMEOUTS } },
      });
      const calls = Array.from({ length: 8 }, (_, id) =>
        post(gateway.endpoint('stub'), gateway.token, modernCall('work', {}, id)),
      );
      for (const { body } of await Promise.all(calls)) expect(body.result?.isError).toBeUndefined();
      const count = (method: string): number => seen.filter((one) => one === method).length;
      expect([count('server/discover'), count('initialize'), count('tools/call')]).toEqual([1, 1, 8]);
    },
  );

  it('that never answers the probe is an error in time, and is sent no call', async () => {
    const seen: string[] = [];
    await using stub = await listening(createHttpServer(legacyServer(seen, () => undefined)));
    await using gateway = await bootGateway({ mcpServers: { stub: { url: stub.url, timeouts: TIMEOUTS } } });
    const startMs = performance.now();
    const answer = await post(gateway.endpoint('stub'), gateway.token, modernCall('work'));
    expect(performance.now() - startMs).toBeLessThan(TIMEOUTS.first_byte_ms + LATE_MS);
    expect(answer.body.result?.content?.[0]?.text).toMatch(/^\[UPSTREAM UNAVAILABLE\] /);
    expect(seen).not.toContain('tools/call');
  });
});

describe('H-20 a flood of notifications', () => {
  const FLOOD = 50_000;

  it.each(ERAS)('of a %s server is cut, and the answer still comes', async (server) => {
    const { agent, s1 } = suite();
    s1({ agent: 'modern', server }).nextCall(
      behave.progress(Array.from({ length: FLOOD }, () => ({ progress: 1 }))),
    );
    const { answer, ms } = await timed(() =>
      agent({ agent: 'modern', server }).call('search', { q: 'flood' }, { meta: { progressToken: 'mine' } }),
    );
    expectAllowed(answer);
    expect(answer.before.length).toBeGreaterThan(0);
    expect(answer.before.length).toBeLessThanOrEqual(200 * (Math.ceil(ms / 1_000) + 1));
    expect(answer.before.every(({ params }) => params?.['progressToken'] === 'mine')).toBe(true);
  });
});

/** An HTTP+SSE server that names this endpoint, and answers what is posted to it. */
function sseServer(endpoint: string, posted: (string | undefined)[]): RequestListener {
  let stream: ServerResponse | undefined;
  return (request, response) => {
    if (request.method === 'GET') {
      stream = response.writeHead(200, HEAD.events);
      stream.write(`event: endpoint\ndata: ${endpoint}\n\n`);
      return;
    }
    posted.push(String(request.headers['x-api-key']));
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      // The gateway sends JSON-RPC.
      const { id, method = '' } = JSON.parse(text) as { id?: number; method?: string };
      response.writeHead(202).end();
      if (id !== undefined)
        stream?.write(event(JSON.stringify({ jsonrpc: '2.0', id, result: SSE_RESULTS[method] ?? {} })));
    });
  };
}

const SSE_RESULTS: Readonly<Record<string, object>> = {
  initialize: {
    protocolVersion: '2024-11-05',
    capabilities: { tools: {} },
    serverInfo: { name: 'old', version: '1' },
  },
  'tools/list': { tools: [{ name: 'work', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'done' }] },
};

describe('H-15 legacy endpoint event', () => {
  const callOld = async (endpoint: string): Promise<{ text: string; posted: readonly unknown[] }> => {
    const posted: (string | undefined)[] = [];
    await using server = await listening(createHttpServer(sseServer(endpoint, posted)));
    const old = { type: 'sse', url: `${server.url}/sse`, headers: { 'x-api-key': KEY }, timeouts: TIMEOUTS };
    await using gateway = await bootGateway({ mcpServers: { old } });
    const { body } = await post(gateway.endpoint('old'), gateway.token, modernCall('work'));
    return { text: body.result?.content?.[0]?.text ?? '', posted };
  };

  it.each([
    'http://169.254.169.254/',
    '//evil.invalid/msg',
    'https://other-origin.invalid/msg',
    'file:///etc/passwd',
  ])('%s is not believed', async (endpoint) => {
    const { posted, text } = await callOld(endpoint);
    expect(text).toMatch(/^\[UPSTREAM UNAVAILABLE\] /);
    expect(text).not.toContain(KEY);
    expect(posted).toEqual([]);
  });

  it('another port of the same host is another origin, and gets no credentials', async () => {
    const trapped: unknown[] = [];
    await using trap = await listening(createHttpServer(sseServer('/', trapped as string[])));
    expect((await callOld(`${trap.url}/message`)).text).toMatch(/^\[UPSTREAM UNAVAILABLE\] /);
    expect(trapped).toEqual([]);
  });

  it('one of its own origin is believed, and gets them', async () => {
    const { posted, text } = await callOld('/message?session=1');
    expect(text).toBe('done');
    expect(new Set(posted)).toEqual(new Set([KEY]));
  });
});

describe.each(ERAS)('H-17 a %s server that closes its stream of announcements at once', (server) => {
  it('is asked again with growing patience, fills no log, and is called as ever', async () => {
    await using cases = await bootCases({ stub: { announces: true } });
    const { announcer } = cases.stubs[`s1-${server}`];
    announcer.isBroken = true;
    await using _stream = await openStream(cases, 'GET', { server });
    const before = cases.gateway.lines.length;
    await until(() => announcer.openedMs.length >= 4);
    const [, second = 0, third = 0, fourth = 0] = announcer.openedMs;
    expect(third - second).toBeGreaterThan(900);
    expect(fourth - third).toBeGreaterThan(1.5 * (third - second));
    expect(cases.gateway.lines.length - before).toBeLessThan(10);
    expectAllowed(await search(cases.agent({ agent: 'legacy', server })));
    await cases.expectLedgersToAgree();
  });
});

describe.each(ERAS)('H-22 fan-out with one bad server, %s agent', (era) => {
  const servers = { 's1-modern': 'p0', 's1-legacy': 'p0', 's2-modern': 'p0' };
  const bootStack = (): Promise<Cases> => bootCases({ grants: () => ({ ST: { servers } }) });
  const slugsIn = ({ body }: Answer): ReadonlySet<string> =>
    // A list of tools has names.
    new Set(
      ((body.result?.['tools'] ?? []) as { name: string }[]).map(({ name }) => name.split('__')[0] ?? ''),
    );

  it.each<[string, Behaviour]>([
    ['hangs', behave.silence()],
    ['fails', behave.status(500)],
    ['closes', behave.drop()],
    [
      'answers twice',
      behave.garble('{"jsonrpc":"2.0","id":ID,"result":{}}{"jsonrpc":"2.0","id":ID,"result":{}}'),
    ],
  ])('one that %s is missing in the list, which says so, within 2 s', async (_what, behaviour) => {
    await using cases = await bootStack();
    for (const method of ['server/discover', 'initialize', 'tools/list'])
      cases.stubs['s2-modern'].always(method, behaviour);
    const agent = cases.stackAgent(era, 'ST');
    if (era === 'legacy') await agent.session();
    const { answer, ms } = await timed(() => agent.request('tools/list'));
    expect(ms).toBeLessThan(STACK_PATIENCE_MS + LATE_MS);
    expect(slugsIn(answer)).toEqual(new Set(['s1-modern', 's1-legacy']));
    expect(answer.body.result?.['_meta']).toMatchObject({ 'boomgate/missing': ['s2-modern'] });
    if (era === 'modern') expect(answer.body.result?.['ttlMs']).toBe(0);
    expect(answer.text.split('"jsonrpc"')).toHaveLength(2);
    expectAllowed(await agent.call('s1-legacy__search', { q: 'x' }));
    await cases.expectLedgersToAgree();
  });

  it('one that was only late is news on the streams of the grant, and is then in the list', async () => {
    await using cases = await bootStack();
    const release = Promise.withResolvers<void>();
    cases.stubs['s2-modern'].always('tools/list', async (received, response) => {
      await release.promise;
      behave.result({
        tools: [{ name: 'search', inputSchema: { type: 'object' } }],
        ttlMs: 60_000,
        cacheScope: 'public',
      })(received, response);
    });
    const token = cases.tokenOf('ST', 'modern');
    const endpoint = `${cases.gateway.gateway.url}/mcp/`;
    await using stream =
      era === 'modern'
        ? await openListen(cases.gateway, { toolsListChanged: true }, { server: '', token })
        : await (await openSession({ endpoint, token })).stream();
    if (era === 'modern') await stream.seen(isAcknowledged);
    const agent = cases.stackAgent(era, 'ST');
    expect(slugsIn(await agent.request('tools/list'))).toEqual(new Set(['s1-modern', 's1-legacy']));
    release.resolve();
    await stream.seen(({ message }) => message.method === 'notifications/tools/list_changed');
    expect(slugsIn(await agent.request('tools/list'))).toEqual(new Set(Object.keys(servers)));
    await cases.expectLedgersToAgree();
  });
});

describe('H-24 TLS', () => {
  const certificates: Record<string, Certificate> = {};
  const trusted = getCACertificates('default');

  beforeAll(() => {
    using authority = makeAuthority();
    Object.assign(certificates, {
      good: authority.issue('IP:127.0.0.1'),
      'self-signed': authority.selfSigned('IP:127.0.0.1'),
      'for another host': authority.issue('DNS:other.invalid'),
      expired: authority.issue('IP:127.0.0.1', -1),
    });
    setDefaultCACertificates([...trusted, authority.ca]);
  });

  afterAll(() => setDefaultCACertificates(trusted));

  /** One call to a server with such a certificate, and what the server was asked. */
  async function callOver(
    options: ServerOptions,
  ): Promise<{ text: string | undefined; seen: readonly string[] }> {
    const seen: string[] = [];
    const handler = legacyServer(seen, (_request, response) => void response.writeHead(404).end());
    await using stub = await listening(createHttpsServer(options, handler), 'https');
    await using gateway = await bootGateway({ mcpServers: { stub: { url: stub.url } } });
    const answer = await post(gateway.endpoint('stub'), gateway.token, modernCall('work'));
    return { text: answer.body.result?.content?.[0]?.text, seen };
  }

  it('with a certificate in order works', async () => {
    const { text, seen } = await callOver(certificates['good'] ?? {});
    expect(text).toBeUndefined();
    expect(seen).toContain('tools/call');
  });

  it.each(['self-signed', 'for another host', 'expired'])(
    'with a certificate that is %s fails, whatever the environment says',
    async (name) => {
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      const { text, seen } = await callOver(certificates[name] ?? {}).finally(() => {
        delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      });
      expect(text).toMatch(/^\[UPSTREAM UNAVAILABLE\] /);
      expect(seen).toEqual([]);
    },
  );

  it('of a version before 1.2 fails', async () => {
    const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const { text, seen } = await callOver({ ...certificates['good'], ...old });
    expect(text).toMatch(/^\[UPSTREAM UNAVAILABLE\] /);
    expect(seen).toEqual([]);
  });
});

/** A modern server with one tool. */
function ordinary(): RequestListener {
  const results: Readonly<Record<string, object>> = {
    'server/discover': { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
    'tools/list': { tools: [{ name: 'work', inputSchema: { type: 'object' } }] },
    'tools/call': { content: [] },
  };
  return answering((method) => ({ resultType: 'complete', ...results[method] }));
}

/** A legacy server with one tool that keeps the methods it was asked, and answers the probe as it is told. */
function legacyServer(seen: string[], probe: RequestListener): RequestListener {
  const results: Readonly<Record<string, object>> = {
    initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: {} },
    'tools/list': { tools: [{ name: 'work', inputSchema: { type: 'object' } }] },
    'tools/call': { content: [] },
  };
  return answering((method) => {
    seen.push(method);
    return method === 'server/discover' ? probe : (results[method] ?? {});
  });
}

function answering(resultOf: (method: string) => object | RequestListener): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      // The peer is the gateway, which sends JSON-RPC, or says goodbye without a body.
      const message = JSON.parse(Buffer.concat(chunks).toString() || '{}') as {
        id?: number;
        method?: string;
      };
      const result = resultOf(message.method ?? '');
      if (typeof result === 'function') result(request, response);
      else if (message.id === undefined) response.writeHead(202).end();
      else response.writeHead(200, HEAD.json).end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
    });
  };
}

type Listening = AsyncDisposable & { readonly url: string };

/** Any server on a free port of loopback; its connections are closed with it. */
async function listening(server: Server, scheme: 'http' | 'https' = 'http'): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}/mcp`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
