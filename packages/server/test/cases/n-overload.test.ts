import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Agent as HttpAgent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/index.ts';
import {
  INGRESS_BOUNDS,
  MAX_BATCH,
  MAX_BODY_BYTES,
  MAX_HEADER_BYTES,
  MAX_IN_FLIGHT_PER_GRANT,
  MAX_STREAMS_PER_GRANT,
  REFUSAL_SECONDS,
  REFUSALS_PER_SECOND,
} from '../../src/limits/index.ts';
import { until } from '../support/programs.ts';
import { ENVELOPE, MODERN, modernCall } from '../support/rpc.ts';
import { answer, type Received, type Stub, startStub } from '../support/stub.ts';
import { type ChildGateway, killChildGateways, startChildGateway } from './support/crash.ts';
import { bootCases, type Cases, expectAllowed, movedClock, type Pairing, useCases } from './support/index.ts';
import {
  type HeldSocket,
  hold,
  inBatches,
  openFilesMax,
  p99,
  postTimed,
  residentBytes,
} from './support/overload.ts';

/** `BOOMGATE_FULL=1` holds as much as the machine's limit of open files lets one process hold, at most 10,000. */
const FULL = process.env['BOOMGATE_FULL'] === '1';
const HELD = FULL ? Math.min(10_000, Math.floor(openFilesMax() / 2) - 500) : 2_000;
const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Good traffic may be twice as slow as in quiet, and this much more: on a machine whose two cores also run the agents,
 * the server and other tests, single calls wait for a processor that long without any load of ours.
 */
const FLOOR_MS = 60;

const TOKEN = (name: string): string => `token-of-the-grant-${name}-for-the-overload-cases`;
const POLICY = {
  version: '1',
  default: 'deny',
  tools: { work: {}, wait: {}, refused: { action: 'deny' } },
};
/** Servers of the configuration, so many calls of each being held at most. */
const PER_SERVER = 350;
const SERVERS = Math.ceil(HELD / PER_SERVER);
/** Grants that hold so many streams together. */
const LISTENERS = Array.from({ length: Math.ceil(HELD / MAX_STREAMS_PER_GRANT) }, (_, at) => `listens-${at}`);

let folder: string;
let stub: Stub;
let gateway: ChildGateway;
/** Calls of `wait` that the stub holds, as functions that answer them. */
const held: (() => void)[] = [];
const agents = new HttpAgent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'boomgate-n-'));
});

afterAll(() => {
  killChildGateways();
  agents.destroy();
  rmSync(folder, { recursive: true, force: true });
});

/** A gateway in a process of its own before servers whose calls to `wait` are held. */
async function bootChild(name: string, execArgv: readonly string[] = []): Promise<void> {
  stub = await startStub({
    era: 'modern',
    tools: [{ name: 'work' }, { name: 'wait' }, { name: 'refused' }],
    onCall: ({ message }: Received, response) => {
      if (message.params?.['name'] !== 'wait') return false;
      const result = { resultType: 'complete', content: [] };
      held.push(() => answer(response, { jsonrpc: '2.0', id: message.id, result }));
      return true;
    },
  });
  const names = ['good', ...Array.from({ length: SERVERS }, (_, at) => `held-${at}`)];
  const config = join(folder, `${name}.json`);
  await writeFile(
    config,
    JSON.stringify({
      mcpServers: Object.fromEntries(names.map((server) => [server, { url: stub.url, era: 'modern' }])),
      policies: { p: POLICY },
      grants: Object.fromEntries(
        [...names.map((server) => [server, server]), ...LISTENERS.map((name) => [name, 'good'])].map(
          ([name = '', server]) => [name, { server, policy: 'p', token: TOKEN(name) }],
        ),
      ),
    }),
  );
  gateway = await startChildGateway({ config, data: join(folder, name), execArgv });
}

async function closeChild(): Promise<void> {
  for (const release of held.splice(0)) release();
  await gateway.kill('SIGKILL');
  await stub[Symbol.asyncDispose]();
}

const url = (server: string): string => `${gateway.url}/mcp/${server}`;

function callTimed(server: string, tool: string, args: object = {}) {
  return postTimed({ url: url(server), token: TOKEN(server), agent: agents, ...modernCall(tool, args) });
}

async function openStreams(): Promise<number> {
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/^boomgate_open_streams (\d+)$/m.exec(metrics)?.[1]);
}

type HeldStream = { readonly status: number; readonly text: () => string; readonly close: () => void };

/** A stream of one of the listening grants: by turns that of an HTTP+SSE agent, and a listen stream. */
function holdStream(at: number, grant: number): Promise<HeldStream> {
  const method = 'subscriptions/listen';
  const params = { notifications: { toolsListChanged: true }, _meta: ENVELOPE };
  const body = JSON.stringify({ jsonrpc: '2.0', id: at, method, params });
  const modern = { 'content-type': 'application/json', 'mcp-protocol-version': MODERN, 'mcp-method': method };
  const isSse = at % 2 === 0;
  return new Promise((resolve, reject) => {
    const one = request(isSse ? `${url('good')}/sse` : url('good'), {
      method: isSse ? 'GET' : 'POST',
      agent: false,
      headers: {
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${TOKEN(LISTENERS[grant] ?? '')}`,
        ...(isSse ? {} : modern),
      },
    });
    one.once('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('error', () => undefined);
      resolve({ status: response.statusCode ?? 0, text: () => text, close: () => one.destroy() });
    });
    one.on('error', reject);
    one.end(isSse ? undefined : body);
  });
}

/** Good traffic: one call after the other, all of which must be allowed. The milliseconds of each. */
async function goodTraffic(calls: number): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const { ms, status, text } = await callTimed('good', 'work');
    expect(status, text).toBe(200);
    expect(text).toContain('done');
    taken.push(ms);
  }
  return taken;
}

describe('N beside a gateway under load', () => {
  beforeEach(() => bootChild(`load-${Math.random()}`, ['--expose-gc']));
  afterEach(closeChild);

  async function quietP99(): Promise<number> {
    await goodTraffic(200);
    return p99(await goodTraffic(300));
  }

  it('N-01, N-02 slow senders and silent connections are closed in time, and good traffic does not notice', {
    timeout: 60_000,
  }, async () => {
    const quiet = await quietP99();
    const port = Number(new URL(gateway.url).port);
    const head = `POST /mcp/good HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${TOKEN('good')}\r\n`;
    const kinds = ['', 'POST /mcp/good HTTP/1.1\r\nhos', `${head}x-slow: `, 'GET / HT'];
    const sockets = await inBatches(HELD, (at) => hold(port, kinds[at % kinds.length] ?? ''));
    const slow = sockets.filter(({ socket }) => socket.bytesWritten > 0);
    const drip = setInterval(() => {
      for (const { socket } of slow) if (socket.writable) socket.write('a');
    }, 1_000);
    const loaded = p99(await goodTraffic(500));
    expect(loaded).toBeLessThan(2 * quiet + FLOOR_MS);
    await until(() => sockets.every(({ closedMs }) => closedMs !== undefined)).finally(() =>
      clearInterval(drip),
    );
    const longest = Math.max(...sockets.map(lifeMs));
    expect(longest).toBeLessThan(15_000);
    expect(longest).toBeGreaterThan(5_000);
    expect(p99(await goodTraffic(300))).toBeLessThan(2 * quiet + FLOOR_MS);
  });

  it(`N-07 ${HELD} held calls stay open, cost little, and all get their answers; their memory comes back`, {
    timeout: 180_000,
  }, async () => {
    const quiet = await quietP99();
    const wave = async (): Promise<{ readonly during: number; readonly after: number }> => {
      const calls: ReturnType<typeof callTimed>[] = [];
      while (calls.length < HELD) {
        const at = calls.length;
        calls.push(callTimed(`held-${at % SERVERS}`, 'wait', { at }));
        // Agents come one after the other, not ten thousand in one turn of the event loop.
        if (calls.length % 250 === 0 || calls.length === HELD)
          await until(() => held.length === calls.length);
      }
      const during = await gateway.memory();
      expect(p99(await goodTraffic(300))).toBeLessThan(2 * quiet + FLOOR_MS);
      for (const release of held.splice(0)) release();
      for (const { status, text } of await Promise.all(calls)) {
        expect(status).toBe(200);
        expect(text).not.toContain('isError');
      }
      return { during, after: await gateway.memory() };
    };
    const before = await gateway.memory();
    const first = await wave();
    // A held call is two connections, one of them with a client of its own.
    expect((first.during - before) / HELD).toBeLessThan(60 * KIB);
    const second = await wave();
    const third = await wave();
    expect(third.during).toBeLessThan(1.1 * second.during + MIB);
    expect(third.after).toBeLessThan(1.1 * second.after + MIB);
    expect(residentBytes(gateway.pid)).toBeLessThan(512 * MIB + HELD * 150 * KIB);
  });

  it(`N-07 ${HELD} streams stay open and cost little, ${MAX_STREAMS_PER_GRANT} for each grant; their memory comes back`, {
    timeout: 180_000,
  }, async () => {
    const quiet = await quietP99();
    const wave = async (): Promise<{ readonly during: number; readonly after: number }> => {
      const streams = await inBatches(HELD, (at) => holdStream(at, Math.floor(at / MAX_STREAMS_PER_GRANT)));
      expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
      const beyond = await Promise.all([0, 1].map((at) => holdStream(at, 0)));
      expect(beyond.map(({ status }) => status)).toEqual([503, 200]);
      await until(() => beyond[1]?.text().includes('too many streams') === true);
      const during = await gateway.memory();
      expect(p99(await goodTraffic(300))).toBeLessThan(2 * quiet + FLOOR_MS);
      for (const { close } of [...streams, ...beyond]) close();
      await until(async () => (await openStreams()) === 0);
      return { during, after: await gateway.memory() };
    };
    const before = await gateway.memory();
    const first = await wave();
    expect((first.during - before) / HELD).toBeLessThan(30 * KIB);
    const second = await wave();
    const third = await wave();
    expect(third.during).toBeLessThan(1.1 * second.during + MIB);
    expect(third.after).toBeLessThan(1.1 * second.after + MIB);
  });

  it(`N-07 one grant has at most ${MAX_IN_FLIGHT_PER_GRANT} requests under way; the next is refused at once`, {
    timeout: 60_000,
  }, async () => {
    const MORE = 50;
    const isBusy = (text: string): boolean => text.includes('too many requests of this grant are under way');
    let refused = 0;
    const calls = Array.from({ length: MAX_IN_FLIGHT_PER_GRANT + MORE }, async () => {
      const { text } = await callTimed('held-0', 'wait');
      if (isBusy(text)) refused += 1;
      return text;
    });
    await until(() => refused === MORE);
    const next = await callTimed('held-0', 'work');
    expect(isBusy(next.text)).toBe(true);
    expect(next.ms).toBeLessThan(1_000);
    expect((await callTimed('good', 'work')).text).toContain('done');
    for (let answered = 0; answered < MAX_IN_FLIGHT_PER_GRANT; ) {
      await until(() => held.length > 0);
      answered += held.length;
      for (const release of held.splice(0)) release();
    }
    const texts = await Promise.all(calls);
    expect(
      texts.filter((text) => text.includes('"resultType":"complete"') && !text.includes('isError')),
    ).toHaveLength(MAX_IN_FLIGHT_PER_GRANT);
    expect((await callTimed('held-0', 'work')).text).toContain('done');
  });

  it('N-05 agents that never stop calling what they may not are refused quickly, and good traffic passes', {
    timeout: 60_000,
  }, async () => {
    const quiet = p99(await goodTraffic(100));
    let stopped = false;
    const refusals: number[] = [];
    const flood = Array.from({ length: 8 }, async () => {
      while (!stopped) {
        const { ms, text } = await callTimed('held-0', 'refused');
        expect(text).toMatch(/\[POLICY DENIED\]|too_many_refusals/);
        refusals.push(ms);
      }
    });
    const loaded = await goodTraffic(150).finally(() => {
      stopped = true;
    });
    await Promise.all(flood);
    expect(refusals.length).toBeGreaterThan(loaded.length);
    // The agents of this test take the processor that the gateway needs, so that this says only: nobody starves.
    expect(p99(refusals)).toBeLessThan(500);
    expect(p99(loaded)).toBeLessThan(2 * quiet + 8 * FLOOR_MS);
  });
});

const lifeMs = ({ closedMs = Number.POSITIVE_INFINITY, openedMs }: HeldSocket): number => closedMs - openedMs;

describe('N-18 a gateway with little memory', () => {
  const HEAP_MIB = 128;
  beforeEach(() => bootChild(`heap-${Math.random()}`, [`--max-old-space-size=${HEAP_MIB}`]));
  afterEach(closeChild);

  it('sheds large bodies rather than dying of them, says so, and serves again afterwards', {
    timeout: 120_000,
  }, async () => {
    const text = 'x'.repeat(MIB - 10);
    const args = { a: text, b: text, c: text };
    const calls = await Promise.all(
      Array.from({ length: 150 }, (_, at) =>
        callTimed(`held-${at % SERVERS}`, 'work', args).catch(() => undefined),
      ),
    );
    const statuses = calls.map((one) => one?.status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(0);
    // A connection that is closed while its body still comes may end in a reset before the answer was read.
    expect(statuses.filter((status) => ![200, 503, undefined].includes(status))).toEqual([]);
    expect((await goodTraffic(50)).length).toBe(50);
    expect((await callTimed('held-0', 'work', args)).status).toBe(200);
    expect(residentBytes(gateway.pid)).toBeLessThan(600 * MIB);
  });
});

describe('N-02, N-03 the listening side', () => {
  const BOUNDS = { headersMs: 600, requestMs: 1_200, connections: 40 };
  /** Sooner than connections are closed that wait for nothing. */
  const SOON_MS = 5_000;
  let cases: Cases;
  const pairing: Pairing = { agent: 'modern', server: 'modern' };
  const port = (): number => Number(new URL(cases.gateway.gateway.url).port);

  beforeAll(async () => {
    cases = await bootCases({ gateway: { http: BOUNDS } });
  });

  afterAll(async () => {
    await cases.expectLedgersToAgree();
    await cases[Symbol.asyncDispose]();
  });

  it('N-01 a body that comes a byte at a time is cut off, with 408', async () => {
    const agent = cases.agent(pairing);
    const headers = Object.entries(await agent.headers('tools/call', 'search'));
    const head = `POST /mcp/s1-modern HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
    const slow = await hold(port(), head);
    let heard = '';
    slow.socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
    });
    const drip = setInterval(() => slow.socket.writable && slow.socket.write(' '), 100);
    await until(() => slow.closedMs !== undefined).finally(() => clearInterval(drip));
    expect(lifeMs(slow)).toBeLessThan(BOUNDS.requestMs + 1_500);
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('N-02 beyond the cap idle connections make room', async () => {
    const idle = new HttpAgent({ keepAlive: true });
    await Promise.all(
      Array.from({ length: BOUNDS.connections }, () =>
        statusOf({ port: port(), path: '/healthz', agent: idle }),
      ),
    );
    const startMs = performance.now();
    let status: number | undefined;
    await until(async () => {
      status = await statusOf({ port: port(), path: '/healthz', agent: false }).catch(() => undefined);
      return status === 200;
    });
    expect(performance.now() - startMs).toBeLessThan(SOON_MS);
    expectAllowed(await cases.agent(pairing).call('search', { q: 'room' }));
    idle.destroy();
  });

  it('N-02 beyond the cap of busy connections new ones are closed at once, and served again later', async () => {
    const busy: HeldSocket[] = [];
    // Idle connections of other cases make room as soon as one more asks.
    await until(async () => {
      busy.push(...(await inBatches(BOUNDS.connections, () => hold(port(), 'POST / HTTP/1.1\r\n'))));
      await pause(BOUNDS.headersMs / 10);
      return busy.filter(({ closedMs }) => closedMs === undefined).length === BOUNDS.connections;
    });
    const startMs = performance.now();
    await expect(statusOf({ port: port(), path: '/healthz', agent: false })).rejects.toThrow();
    expect(performance.now() - startMs).toBeLessThan(BOUNDS.headersMs);
    await until(() => busy.every(({ closedMs }) => closedMs !== undefined));
    expect(await statusOf({ port: port(), path: '/healthz', agent: false })).toBe(200);
  });

  it('N-02 one network has a part of the places, and another one finds a place meanwhile', async () => {
    const most = 8;
    await using own = await bootCases({ gateway: { http: { ...BOUNDS, connectionsOfNetwork: most } } });
    const there = Number(new URL(own.gateway.gateway.url).port);
    const from = (localAddress: string) =>
      statusOf({ port: there, path: '/healthz', agent: false, localAddress });
    const busy = await inBatches(most, () => hold(there, 'POST / HTTP/1.1\r\n'));
    await expect(from('127.0.0.1')).rejects.toThrow();
    expect(await from('127.0.0.2')).toBe(200);
    busy[0]?.socket.destroy();
    await expect.poll(() => from('127.0.0.1').catch(() => undefined)).toBe(200);
    for (const { socket } of busy) socket.destroy();
  });

  it('N-03 an endless body without a length is cut at the cap, not drained', async () => {
    const agent = cases.agent(pairing);
    const headers = Object.entries(await agent.headers('tools/call', 'search'));
    const socket = connect(port(), '127.0.0.1');
    socket.on('error', () => undefined);
    let heard = '';
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
    });
    socket.write(
      `POST /mcp/s1-modern HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
    const piece = Buffer.from(`10000\r\n${' '.repeat(0x10000)}\r\n`);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    let sent = 0;
    while (!socket.destroyed && sent < 64 * MIB) {
      sent += piece.length;
      if (!socket.write(piece)) await Promise.race([once(socket, 'drain').catch(() => undefined), closed]);
    }
    await closed;
    // What the system's own buffers take comes on top of what the gateway reads.
    expect(sent).toBeLessThan(MAX_BODY_BYTES + 12 * MIB);
    if (heard !== '') expect(heard).toMatch(/^HTTP\/1\.1 413 /);
    expectAllowed(await agent.call('search', { q: 'after' }));
  });
});

type Get = {
  readonly port: number;
  readonly path: string;
  readonly agent: HttpAgent | false;
  readonly localAddress?: string;
};

function statusOf(get: Get): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const one = request({ host: '127.0.0.1', ...get }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    });
    one.once('error', reject);
    one.end();
  });
}

const ALL = { version: '1', default: 'allow' } as const;
const bounded = useCases({ policy: ALL, grants: () => ({ B: {} }) });

describe('N bodies at and over every bound', () => {
  const pairing: Pairing = { agent: 'modern', server: 'modern' };
  const agent = () => bounded().agent(pairing);
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  /** Levels and members of a call around the value of one argument. */
  const LEVELS = 3;
  const around = (value: string): string => `{"v":${value}}`;
  const membersOf = (text: string): number => {
    const count = (value: unknown): number =>
      typeof value === 'object' && value !== null
        ? Object.values(value).reduce<number>((sum, one) => sum + 1 + count(one), 0)
        : 0;
    return count(JSON.parse(text));
  };

  it.each([
    [
      'depth',
      around(nested(INGRESS_BOUNDS.maxDepth - LEVELS)),
      around(nested(INGRESS_BOUNDS.maxDepth - LEVELS + 1)),
    ],
    [
      'length of a string',
      around(JSON.stringify('x'.repeat(INGRESS_BOUNDS.maxStringLength))),
      around(JSON.stringify('x'.repeat(INGRESS_BOUNDS.maxStringLength + 1))),
    ],
  ])('%s: at the bound it passes, over it it is refused', async (_, at, over) => {
    expectAllowed(await agent().callText('search', at));
    const answered = await agent().callText('search', over);
    expect(answered.status).toBe(400);
    expect(answered.body.error?.code).toBe(-32600);
  });

  it('keys and items: at the bound they pass, over it they are refused', async () => {
    const empty = membersOf(agent().text('tools/call', { name: 'search', arguments: { v: [] } }));
    const list = (items: number): string => around(JSON.stringify(Array.from({ length: items }, () => 0)));
    const room = INGRESS_BOUNDS.maxItems - empty;
    expectAllowed(await agent().callText('search', list(room)));
    expect((await agent().callText('search', list(room + 1))).status).toBe(400);
  });

  it('bytes of the body: at the bound it passes, over it is 413', async () => {
    const text = agent().text('tools/call', { name: 'search', arguments: { q: 'x' } });
    const padded = (bytes: number): string => text + ' '.repeat(bytes - Buffer.byteLength(text));
    expectAllowed(await agent().send(padded(MAX_BODY_BYTES), 'tools/call', { name: 'search' }));
    const over = await agent().send(padded(MAX_BODY_BYTES + 1), 'tools/call', { name: 'search' });
    expect(over.status).toBe(413);
  });

  it('a length that promises too much is 413 before a byte of it is read', async () => {
    const headers = { 'content-length': String(MAX_BODY_BYTES + 1) };
    const endpoint = new URL(bounded().gateway.endpoint('s1-modern'));
    const own = await agent().headers('tools/call', 'search');
    const startMs = performance.now();
    const status = await new Promise((resolve, reject) => {
      const one = request(
        endpoint,
        { method: 'POST', headers: { ...own, ...headers }, agent: false },
        (response) => resolve(response.resume().statusCode),
      );
      one.once('error', reject);
      one.flushHeaders();
    });
    expect(status).toBe(413);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  it('bytes of the headers: over the bound it is 431', async () => {
    const long = await agent().call('search', {}, { headers: { 'x-long': 'x'.repeat(MAX_HEADER_BYTES) } });
    expect(long.status).toBe(431);
  });

  it(`elements of a batch: ${MAX_BATCH} pass, one more is refused`, async () => {
    const legacy = bounded().newAgent({ agent: 'legacy', server: 'modern' }, { protocol: '2025-03-26' });
    const batch = (size: number): string =>
      `[${Array.from({ length: size }, () => legacy.text('tools/call', { name: 'search', arguments: {} })).join()}]`;
    const full = await legacy.send(batch(MAX_BATCH));
    expect(full.status).toBe(200);
    expect(JSON.parse(full.text)).toHaveLength(MAX_BATCH);
    expect((await legacy.send(batch(MAX_BATCH + 1))).status).toBe(400);
  });
});

describe('429, in the one case in which it is used (gateway §5)', () => {
  const clock = movedClock(Date.parse('2026-01-05T12:00:00Z'));
  const suite = useCases({ gateway: { clock }, grants: () => ({ other: {} }) });
  const pairing: Pairing = { agent: 'modern', server: 'modern' };
  const REFUSED: readonly (readonly [string, object])[] = [
    ['delete_repo', { name: 'x' }],
    ['secret_tool', {}],
    ['read_file', { path: '/etc/passwd' }],
    ['no_such_tool', {}],
  ];

  /** So many refused calls in each of so many seconds. */
  async function refuse(each: number, seconds: number): Promise<void> {
    const agent = suite().agent(pairing);
    for (let second = 0; second < seconds; second += 1) {
      await inBatches(each, async (at) => {
        const [tool, args] = REFUSED[at % REFUSED.length] ?? ['', {}];
        return agent.call(tool, args);
      });
      clock.pass(1_000);
    }
  }

  it('a grant is turned away after ten seconds with more than 100 refused calls each, until it calms down', {
    timeout: 60_000,
  }, async () => {
    const { agent, ledgers } = suite();
    const search = (grant: string) => agent(pairing, grant).call('search', { q: 'good' });
    await refuse(REFUSALS_PER_SECOND, REFUSAL_SECONDS + 1);
    expectAllowed(await search('GA'));
    clock.pass(1_000);
    await refuse(REFUSALS_PER_SECOND + 1, REFUSAL_SECONDS - 1);
    expectAllowed(await search('GA'));
    await refuse(REFUSALS_PER_SECOND + 1, 1);

    const rows = (await ledgers.rows()).length;
    const away = await search('GA');
    expect([away.status, away.headers['retry-after']]).toEqual([429, '2']);
    expect((await agent(pairing).call('delete_repo', { name: 'x' })).status).toBe(429);
    expect((await ledgers.rows()).length, 'being turned away costs no row').toBe(rows);
    expectAllowed(await search('other'));

    clock.pass(1_000);
    expectAllowed(await search('GA'));
  });
});

describe('N-09 patterns of a policy', () => {
  const EVIL = ['^(a+)+$', '(a|a)*b$', '(.*,){20}x'];
  const withPattern = (pattern: string): object => ({
    version: '1',
    default: 'allow',
    tools: { search: { deny_if: [{ conditions: [{ path: 'args.q', op: 'regex', value: pattern }] }] } },
  });
  const names = EVIL.map((_, at) => `evil-${at}`);
  const suite = useCases({
    policies: Object.fromEntries(EVIL.map((pattern, at) => [`evil-${at}`, withPattern(pattern)])),
    grants: () => Object.fromEntries(names.map((name) => [name, { policy: name }])),
  });

  it.each(names)('%s take time in proportion to the text', async (name) => {
    const agent = suite().agent({ agent: 'modern', server: 'modern' }, name);
    await agent.call('search', { q: 'a' });
    const startMs = performance.now();
    expectAllowed(await agent.call('search', { q: `${'a'.repeat(10_000)}!` }));
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  it.each(['(?=a)b', '(?<!a)b', '(a)\\1', 'a{1001}', '(?>a)'])(
    '%s is refused when the policy is read',
    async (pattern) => {
      const config = join(folder, `pattern-${Math.random()}.json`);
      await writeFile(config, JSON.stringify({ mcpServers: {}, policies: { p: withPattern(pattern) } }));
      const loaded = await loadConfig({ path: config, environment: {}, allowPrivate: true });
      expect(loaded.ok).toBe(false);
    },
  );
});

describe('N-11 the work of one decision', () => {
  const RULES = 100;
  const pattern = { path: 'args.q', op: 'regex', value: '^(a|b)*a(a|b){12}[cd]$' };
  const suite = useCases({
    policies: {
      patterns: {
        version: '1',
        default: 'deny',
        tools: { search: { deny_if: Array.from({ length: RULES }, () => ({ conditions: [pattern] })) } },
      },
    },
    grants: () => ({ patterns: { policy: 'patterns' } }),
  });

  /** The longest text that a request may hold, and one that a single pattern may still read. */
  it.each([1_024 * KIB, 40_000])(
    `of ${RULES} patterns on %i characters ends within a second, in a refusal that says why`,
    async (length) => {
      const agent = suite().agent({ agent: 'modern', server: 'modern' }, 'patterns');
      expectAllowed(await agent.call('search', { q: 'abab' }));
      const startMs = performance.now();
      const { body } = await agent.call('search', { q: 'ab'.repeat(length / 2) });
      expect(performance.now() - startMs).toBeLessThan(1_000);
      expect(body.result?.content?.[0]?.text).toMatch(
        /^\[POLICY DENIED\] .*regex cannot be decided: args\.q would take more work than one decision may do/,
      );
    },
  );
});

describe('N-17 a graceful stop', () => {
  it('says so first, and answers every call that it has begun', {
    timeout: 60_000,
  }, async () => {
    await bootChild('stop');
    const { port } = new URL(gateway.url);
    const waiting = [callTimed('good', 'wait'), callTimed('good', 'wait')];
    await until(() => held.length === 2);
    let served = 0;
    const load = Promise.allSettled(
      Array.from({ length: 16 }, async () => {
        // Until it is refused, or reset by the system before its call: who connects as listening ends.
        for (;;) {
          const { text } = await callTimed('good', 'work');
          expect(text).toContain('done');
          served += 1;
        }
      }),
    );
    await until(() => served > 200);
    const stopped = gateway.close();
    // It says so before it stops accepting.
    await until(
      async () =>
        (await statusOf({ port: Number(port), path: '/readyz', agent: false }).catch(() => 503)) === 503,
    );
    const ended = { reason: { code: expect.stringMatching(/^(?:ECONNREFUSED|ECONNRESET|EPIPE)$/) } };
    for (const agent of await load) expect(agent).toMatchObject(ended);
    const started = stub.calls().filter(({ message }) => message.params?.['name'] === 'work').length;
    expect(started, 'every call that was forwarded was answered').toBe(served);
    for (const release of held.splice(0)) release();
    for (const { status } of await Promise.all(waiting)) expect(status).toBe(200);
    await stopped;
    await stub[Symbol.asyncDispose]();
  });

  it.each(['modern', 'legacy'] as const)(
    'ends after its time, and records a %s call that it cut off',
    async (era) => {
      const cases = await bootCases({ gateway: { http: { graceMs: 300 } } });
      const pairing: Pairing = { agent: era, server: 'modern' };
      let arrived = false;
      cases.s1(pairing).nextCall(() => {
        arrived = true;
      });
      const call = cases
        .agent(pairing)
        .call('search', { q: 'held' })
        .catch(() => undefined);
      await until(() => arrived);
      const startMs = performance.now();
      await cases.gateway.gateway.close();
      expect(performance.now() - startMs).toBeLessThan(5_000);
      await call;
      await cases.gateway.restart();
      const rows = await cases.gateway.gateway.store.decisions.query({ limit: 10, target: 'search' });
      expect(rows.at(-1)?.outcomeRow?.status).toMatch(/^(?:cancelled|unknown)$/);
      await cases[Symbol.asyncDispose]();
    },
  );
});
