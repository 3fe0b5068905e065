/** A gateway of which every process stands still for a while, as on a machine that is paused. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../src/limits/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';
import { bootGateway, mintLike, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/programs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';

const PROCESS = fileURLToPath(new URL('../support/gateway-process.ts', import.meta.url));
/** Milliseconds: longer than a change may take to be in force. */
const STANDING_MS = 1_500;
const CALLS = 6;
const START_MS = 60_000;

const closing: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Standing = {
  readonly url: string;
  /** Of all its processes. */
  readonly signal: (signal: NodeJS.Signals) => void;
};

/** The gateway again, in processes of its own. */
async function startApart({ configFile, data }: TestGateway, workers: number): Promise<Standing> {
  const child: ChildProcess = fork(PROCESS, [configFile, join(data, 'data')], {
    env: {
      ...process.env,
      TEST_WORKERS: String(workers),
      TEST_GRANT: 'none-of-the-ones-that-this-test-uses-0',
    },
    detached: true,
    silent: true,
  });
  const signal = (name: NodeJS.Signals): void => void process.kill(-(child.pid ?? 0), name);
  closing.push(async () => {
    const ended = once(child, 'exit');
    signal('SIGKILL');
    await ended;
  });
  const [url] = await once(child, 'message');
  return { url: String(url), signal };
}

async function openStub(): Promise<Stub> {
  const stub = await startStub({ era: 'modern', tools: [{ name: 'work' }] });
  closing.push(() => stub[Symbol.asyncDispose]());
  return stub;
}

it.each([1, 2])(
  'sends no call of a grant that was revoked while it stood still, with workers: %d',
  async (workers) => {
    const stub = await openStub();
    await using test = await bootGateway({ mcpServers: { s: { url: stub.url, era: 'modern' } } });
    const { id, token } = await mintLike(test, 'test');
    await test.gateway.close();
    const { signal, url } = await startApart(test, workers);
    const call = () => post(`${url}/mcp/s/`, token, modernCall('work'));
    // Connections that are open by then, and each of its processes knows the grant.
    await until(async () =>
      (await Promise.all(Array.from({ length: CALLS }, call))).every(({ status }) => status === 200),
    );
    await using store = await openSqliteStore({
      directory: join(test.data, 'data'),
      clock: systemClock(),
      as: 'writer',
    });
    const before = stub.calls().length;
    // Nothing is left to be written: one that stood still in the middle of it would keep others from writing.
    await until(async () =>
      (await store.decisions.query({ limit: 100 })).every(({ outcomeRow }) => outcomeRow !== undefined),
    );

    signal('SIGSTOP');
    const sinceMs = performance.now();
    await store.grants.setState(id, 'revoked');
    const calls = Promise.all(Array.from({ length: 2 * CALLS }, call));
    await until(() => performance.now() - sinceMs > STANDING_MS);
    signal('SIGCONT');

    const answers = await calls;
    expect(stub.calls()).toHaveLength(before);
    expect(answers.map(({ text }) => text).filter((text) => text.includes('done'))).toEqual([]);
    expect((await call()).status).toBe(401);
  },
  START_MS,
);

it.each([1, 2])(
  'refuses nothing that was allowed before and after it stood still, with workers: %d',
  async (workers) => {
    const stub = await openStub();
    await using test = await bootGateway({ mcpServers: { s: { url: stub.url, era: 'modern' } } });
    const { token } = await mintLike(test, 'test');
    await test.gateway.close();
    const { signal, url } = await startApart(test, workers);
    const call = () => post(`${url}/mcp/s/`, token, modernCall('work'));
    await until(async () =>
      (await Promise.all(Array.from({ length: CALLS }, call))).every(({ status }) => status === 200),
    );

    signal('SIGSTOP');
    const sinceMs = performance.now();
    const calls = Promise.all(Array.from({ length: 2 * CALLS }, call));
    await until(() => performance.now() - sinceMs > STANDING_MS);
    signal('SIGCONT');

    expect((await calls).every(({ text }) => text.includes('done'))).toBe(true);
  },
  START_MS,
);
