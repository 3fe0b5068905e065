import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NEWS_MS } from '../../src/workers/bounds.ts';
import { bootOffice, expectOk, type Office, type Somebody } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { modernCall, post, type RawAnswer } from '../support/rpc.ts';
import { openSession } from '../support/session.ts';
import { openSseSession } from '../support/sse-session.ts';
import type { Stub } from '../support/stub.ts';
import {
  AMOUNT,
  AT_ONCE,
  type BothEras,
  limitedPolicy,
  MAX,
  ROUNDS,
  SPENDS,
  startBothEras,
} from '../support/two-eras.ts';

const WORKERS = 4;
const START_MS = 60_000;
/** Milliseconds that a process is held up. */
const SLOW_MS = 300;
const ENVIRONMENT_SERVER = fileURLToPath(new URL('../support/environment-server.ts', import.meta.url));

const POLICY = limitedPolicy([
  { counter: 'hangs', max: 2, window: 'hour' },
  { counter: 'hanging', concurrent: 1 },
]);

let office: Office;
let approver: Somebody;
let servers: BothEras;
let stub: Stub;
let old: Stub;
let hanging: BothEras['hanging'];

beforeAll(async () => {
  servers = await startBothEras();
  ({ modern: stub, legacy: old, hanging } = servers);
  const args = ['--disable-warning=ExperimentalWarning', ENVIRONMENT_SERVER];
  office = await bootOffice(
    { workers: WORKERS },
    {
      mcpServers: {
        s: { url: stub.url, era: 'modern' },
        old: { url: old.url },
        program: { command: process.execPath, args },
      },
      policies: { p: POLICY },
      holdMs: 20_000,
    },
  );
  approver = await office.somebody('approver');
}, 2 * START_MS);

afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await servers[Symbol.asyncDispose]();
});

const endpoint = (server = 's'): string => office.test.endpoint(server);
const isAllowed = ({ body }: RawAnswer): boolean =>
  body.result !== undefined && body.result.isError !== true && body.error === undefined;

// A cast: the contract takes documents as texts, too, and has one type for both.
const documentOf = (policy: object): string => ({ version: '1', ...policy }) as unknown as string;

/** A grant of its own, as an admin mints it. */
async function granted(server = 's') {
  const { grants } = office.admin.client;
  const minted = expectOk(await grants.mint({ body: { name: crypto.randomUUID(), server, policy: 'p' } }));
  return { id: minted.id, token: minted.token };
}

type Sent = {
  readonly token: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
};

/** On a connection of its own: connections are shared out in turn, so that one after the other each process gets one. */
function once(
  url: string,
  { body, headers = {}, method = 'POST', token }: Sent,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const all = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      ...headers,
    };
    const sending = request(url, { method, headers: all, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

/** The same on each of the processes, one after the other. */
async function onEach<Value>(work: () => Promise<Value>): Promise<readonly Value[]> {
  const values: Value[] = [];
  for (let count = 0; count < WORKERS; count += 1) values.push(await work());
  return values;
}

const statusOnEach = (token: string, server = 's'): Promise<readonly number[]> =>
  onEach(async () => (await once(endpoint(server), { token, ...modernCall('free') })).status);

it('starts as many processes as it was told to', () => {
  expect(new Set(office.gateway.workers()).size).toBe(WORKERS);
});

it.each(ROUNDS)('lets exactly 50 of 500 parallel calls through, %s round', async (tool) => {
  const before = stub.calls().length;
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, id) => post(endpoint(), office.test.token, modernCall(tool, {}, id))),
  );
  expect(answers.filter(isAllowed)).toHaveLength(MAX);
  expect(stub.calls()).toHaveLength(before + MAX);
  const rows = await office.gateway.store.decisions.query({ limit: 10_000, target: tool });
  expect(rows.map(({ row }) => row.outcome).sort()).toEqual([
    ...Array.from({ length: MAX }, () => 'allow'),
    ...Array.from({ length: AT_ONCE - MAX }, () => 'limit'),
  ]);
});

it('shows what all of them counted', async () => {
  const counted = async (outcome: string): Promise<number> => {
    const text = await (await fetch(`${office.gateway.url}/metrics`)).text();
    const series = `boomgate_requests_total{server="s",method="tools/call",outcome="${outcome}",mode="enforce"} `;
    const line = text.split('\n').find((one) => one.startsWith(series));
    return Number(line?.slice(series.length) ?? 0);
  };
  await expect.poll(() => counted('allow')).toBe(ROUNDS.length * MAX);
  await expect.poll(() => counted('limit')).toBe(ROUNDS.length * (AT_ONCE - MAX));
});

it('adds amounts exactly, and keeps one chain', async () => {
  const { token } = office.test;
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, id) =>
      post(endpoint(), token, modernCall('spend', { amount: AMOUNT }, id)),
    ),
  );
  expect(answers.filter(isAllowed)).toHaveLength(SPENDS);
  expect((await office.gateway.store.decisions.verify()).findings).toEqual([]);
});

it('opens nothing on any process once the API has answered that a grant is revoked', async () => {
  const { id, token } = await granted();
  expect(await statusOnEach(token)).toEqual(Array.from({ length: WORKERS }, () => 200));
  expectOk(await office.admin.client.grants.revoke({ params: { grant: id } }));
  expect(await statusOnEach(token)).toEqual(Array.from({ length: WORKERS }, () => 401));
});

it('answers a change when the slowest process has heard of it', async () => {
  const { id, token } = await granted();
  const [slowest = 0] = office.gateway.workers();
  process.kill(slowest, 'SIGSTOP');
  const sinceMs = performance.now();
  const answered = office.admin.client.grants
    .revoke({ params: { grant: id } })
    .then(() => performance.now() - sinceMs);
  await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
  process.kill(slowest, 'SIGCONT');
  expect(await answered).toBeGreaterThanOrEqual(SLOW_MS);
  expect(await statusOnEach(token)).toEqual(Array.from({ length: WORKERS }, () => 401));
});

it('lets nothing through on a process that has not heard of a change within a second', async () => {
  const { id, token } = await granted();
  await statusOnEach(token);
  const [slowest = 0] = office.gateway.workers();
  const before = stub.calls().length;
  process.kill(slowest, 'SIGSTOP');
  const calls = Array.from({ length: WORKERS }, () => once(endpoint(), { token, ...modernCall('free') }));
  await until(() => stub.calls().length === before + WORKERS - 1);
  await office.gateway.store.grants.setState(id, 'revoked');
  const toldMs = performance.now();
  await until(() => performance.now() - toldMs > NEWS_MS);
  process.kill(slowest, 'SIGCONT');
  const texts = (await Promise.all(calls)).map(({ text }) => text);
  expect(texts.filter((text) => text.includes('done'))).toHaveLength(WORKERS - 1);
  expect(stub.calls()).toHaveLength(before + WORKERS - 1);
});

it('gives no new connections to a process that stands still, until it goes on', async () => {
  const { token } = await granted();
  const [standing = 0] = office.gateway.workers();
  const waited: Promise<boolean>[] = [];
  const isAnswered = async (): Promise<boolean> => {
    const answer = once(endpoint(), { token, ...modernCall('free') }).then(({ status }) => status === 200);
    waited.push(answer);
    return Promise.race([answer, new Promise<false>((resolve) => setTimeout(resolve, NEWS_MS, false))]);
  };
  const before = office.gateway.workers();
  process.kill(standing, 'SIGSTOP');
  await until(async () => (await onEach(isAnswered)).every(Boolean));
  expect((await Promise.all(Array.from({ length: 3 * WORKERS }, isAnswered))).every(Boolean)).toBe(true);
  process.kill(standing, 'SIGCONT');
  // Those that it had been given before wait for it.
  expect((await Promise.all(waited)).every(Boolean)).toBe(true);
  expect(office.gateway.workers()).toEqual(before);
});

it('decides by a policy on every process once the API has answered that it is saved', async () => {
  const { policies } = office.admin.client;
  const name = 'saved';
  expectOk(await policies.create({ body: { name, document: documentOf({ default: 'allow' }) } }));
  const { id, token } = await granted();
  expectOk(await policies.attach({ params: { grant: id }, body: { policy: name } }));
  const isDenied = async (): Promise<boolean> =>
    (await once(endpoint(), { token, ...modernCall('free') })).text.includes('POLICY DENIED');
  expect(await onEach(isDenied)).toEqual(Array.from({ length: WORKERS }, () => false));
  const document = documentOf({ default: 'deny' });
  expectOk(await policies.save({ params: { policy: name }, body: { document }, ifMatch: '"1"' }));
  expect(await onEach(isDenied)).toEqual(Array.from({ length: WORKERS }, () => true));
});

it('serves a session on whichever process, cancels its calls and ends it for all', async () => {
  const { id, token } = await granted('old');
  const session = await openSession({ endpoint: endpoint('old'), token });
  const send = (message: object) =>
    once(endpoint('old'), {
      token,
      headers: session.headers,
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    });
  const call = (name: string, own: number) =>
    send({ id: own, method: 'tools/call', params: { name, arguments: {} } });
  await using stream = await session.stream();
  const seen = await onEach(() => call('free', 1));
  expect(seen.every(({ text }) => text.includes('done'))).toBe(true);
  const cancelled = call('hang', 9);
  await until(() => hanging.length === 1);
  await send({ method: 'notifications/cancelled', params: { requestId: 9 } });
  expect(await cancelled).toMatchObject({ status: 202, text: '' });
  for (const go of hanging.splice(0)) go();
  const { policies } = office.admin.client;
  expectOk(await policies.create({ body: { name: 'seen', document: documentOf({ default: 'deny' }) } }));
  expectOk(await policies.attach({ params: { grant: id }, body: { policy: 'seen' } }));
  await stream.seen(({ message }) => message.method === 'notifications/tools/list_changed');
  expect(await session.end()).toBe(204);
  expect((await onEach(() => call('free', 2))).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
});

it('answers an HTTP+SSE agent on its one stream, whichever process takes its messages', async () => {
  const { token } = await granted('old');
  await using session = await openSseSession({ endpoint: endpoint('old'), token, protocol: '2024-11-05' });
  await onEach(async () => {
    const id = crypto.randomUUID();
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'free' } });
    expect((await once(session.address.href, { token, body })).status).toBe(202);
    await session.reader.seen(({ message }) => message.id === id && message.result !== undefined);
  });
});

it('runs a program once, whichever processes are asked', async () => {
  const { token } = await granted('program');
  const answers = await onEach(() => once(endpoint('program'), { token, ...modernCall('environment') }));
  expect(answers.every(({ text }) => text.includes('PATH'))).toBe(true);
  const started = office.test.lines.filter(({ fields }) => String(fields['line']).startsWith('started with'));
  expect(started).toHaveLength(1);
});

it('executes a call that was approved elsewhere, once', async () => {
  const { token } = await granted();
  const call = () => once(endpoint(), { token, ...modernCall('refund', { id: 1 }) });
  const before = stub.calls().length;
  const held = Array.from({ length: 2 * WORKERS }, call);
  const first = await waiting();
  expectOk(await approver.client.approvals.approve({ params: { approval: first }, body: {} }));
  await until(() => stub.calls().length > before);
  // One was let through; the others ask anew, and are refused.
  const second = await waiting();
  expectOk(await approver.client.approvals.deny({ params: { approval: second }, body: {} }));
  const texts = (await Promise.all(held)).map(({ text }) => text);
  expect(texts.filter((text) => text.includes('done'))).toHaveLength(1);
  expect(texts.filter((text) => text.includes('a person refused this call'))).toHaveLength(held.length - 1);
  expect(stub.calls()).toHaveLength(before + 1);
});

async function waiting(): Promise<string> {
  const { approvals } = office.gateway.store;
  const looked: { id?: string } = {};
  await until(async () => {
    const [found] = await approvals.list({ states: ['waiting'], limit: 1 });
    looked.id = found?.id ?? '';
    return looked.id !== '';
  });
  return looked.id ?? '';
}

it('hands back what is answered to a body that the process with the store does not read', async () => {
  const body = Buffer.alloc(3 * 2 ** 20);
  for (let count = 0; count < 20; count += 1)
    expect(await statusOf(`${office.gateway.url}/api/v1/grants`, body)).toBe(401);
});

/** Of a request with a body, on a connection of its own. */
function statusOf(url: string, body: Buffer): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': body.length, 'content-type': 'application/json' };
    const sent = request(url, { method: 'POST', headers, agent: false });
    sent.on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode)));
    sent.on('error', reject);
    sent.end(body);
  });
}

it('notes where an admin asks from, whatever they say themselves', async () => {
  const { admin, gateway } = office;
  admin.headers = { 'x-boomgate-peer': '203.0.113.9' };
  expectOk(await admin.client.grants.mint({ body: { name: 'from here', server: 's' } }));
  admin.headers = {};
  const [act] = await gateway.store.audit.query({ limit: 1, action: 'grant.created' });
  expect(act?.actor.address).toBe('127.0.0.1');
});

it(
  'settles the calls of processes that die, replaces them, and counts nothing twice',
  async () => {
    const { token } = await granted();
    const session = await openSession({ endpoint: endpoint('old'), token: (await granted('old')).token });
    const pids = office.gateway.workers();
    const lost = once(endpoint(), { token, ...modernCall('hang') }).catch(() => 'lost');
    await until(() => hanging.length === 1);
    expect((await once(endpoint(), { token, ...modernCall('hang') })).text).toContain('POLICY DENIED');
    const gone = () =>
      office.test.lines.filter(({ message }) => message.includes('is gone and is replaced')).length;
    const fate = { isLost: false };
    void lost.then(() => {
      fate.isLost = true;
    });
    // Whichever of them it is.
    for (const [at, pid] of pids.entries())
      if (!fate.isLost) {
        process.kill(pid, 'SIGKILL');
        await until(() => gone() > at);
      }
    expect(await lost).toBe('lost');
    const rows = () => office.gateway.store.decisions.query({ limit: 2, target: 'hang' });
    await until(async () => (await rows())[0]?.outcomeRow?.status === 'unknown');
    await restarted(gone(), pids);
    const next = once(endpoint(), { token, ...modernCall('hang') });
    await until(() => hanging.length === 2);
    for (const go of hanging.splice(0)) go();
    expect((await next).text).toContain('done');
    // The hour's two are used: the one whose fate is not known counts, once.
    expect((await once(endpoint(), { token, ...modernCall('hang') })).text).toContain('POLICY DENIED');
    expect((await session.call('free')).body.result?.isError).not.toBe(true);
  },
  2 * START_MS,
);

it(
  'closes what a process had not taken when it died, and replaces it',
  async () => {
    const { token } = await granted();
    const pids = office.gateway.workers();
    const [pid = 0] = pids;
    const answered: number[] = [];
    process.kill(pid, 'SIGSTOP');
    const calls = Array.from({ length: 3 * WORKERS }, async () => {
      const { status } = await once(endpoint(), { token, ...modernCall('free') });
      return answered.push(status);
    });
    // Or more, where it takes so long that it is given no further one.
    await until(() => answered.length >= 3 * (WORKERS - 1));
    process.kill(pid, 'SIGKILL');
    const ends = (await Promise.allSettled(calls)).map(({ status }) => status);
    expect(ends.filter((end) => end === 'rejected')).toHaveLength(calls.length - answered.length);
    expect(answered.length).toBeLessThan(calls.length);
    await restarted(1, pids);
    expect(await statusOnEach(token)).toEqual(Array.from({ length: WORKERS }, () => 200));
  },
  2 * START_MS,
);

/** A busy machine takes its time to start them. */
async function restarted(count: number, before: readonly number[]): Promise<void> {
  const deadlineMs = performance.now() + START_MS;
  const fresh = (): number => office.gateway.workers().filter((pid) => !before.includes(pid)).length;
  while (fresh() < count) {
    if (performance.now() > deadlineMs) throw new Error('the processes were not replaced in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it(
  'answers everything that is under way when it stops',
  async () => {
    const { token } = await granted('old');
    const calls = Array.from({ length: 2 * WORKERS }, (_, id) =>
      once(endpoint(), { token: office.test.token, ...modernCall('free', { id }) }),
    );
    const session = await openSession({ endpoint: endpoint('old'), token });
    const slow = session.call('hang');
    await until(() => hanging.length === 1);
    const closed = office.gateway.close();
    await until(async () => (await readiness()) !== 200);
    for (const go of hanging.splice(0)) go();
    expect((await slow).body.result?.isError).not.toBe(true);
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(calls.map(() => 200));
    await closed;
    await expect(readiness()).resolves.toBe(0);
  },
  2 * START_MS,
);

const readiness = (): Promise<number> =>
  once(`${office.gateway.url}/readyz`, { method: 'GET', token: '', body: '' }).then(
    ({ status }) => status,
    () => 0,
  );
