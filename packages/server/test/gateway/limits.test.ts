import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openSqliteStore, systemClock } from '../../src/index.ts';
import { bootGateway } from '../support/gateway.ts';
import { modernCall, post, type RawAnswer } from '../support/rpc.ts';
import { startStub } from '../support/stub.ts';

const LIMIT = 50;
const POLICY = {
  version: '1',
  default: 'deny',
  tools: { work: { limits: [{ counter: 'work_rate', window: 'hour', max: LIMIT, scope: 'grant' }] } },
};
const TOKEN = 'token-of-the-grant-for-the-limits-test';

const isAllowed = (answer: RawAnswer): boolean =>
  answer.body.result?.isError !== true && answer.body.error === undefined;

describe('a limit of 50', () => {
  it('lets exactly 50 of 500 parallel calls reach the server', async () => {
    await using stub = await startStub({ era: 'modern', tools: [{ name: 'work' }] });
    await using gateway = await bootGateway({
      mcpServers: { stub: { url: stub.url } },
      policies: { limited: POLICY },
    });
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, id) =>
        post(gateway.endpoint('stub'), gateway.token, modernCall('work', {}, id)),
      ),
    );
    expect(answers.filter(isAllowed)).toHaveLength(LIMIT);
    expect(stub.calls()).toHaveLength(LIMIT);
  });

  it('lets exactly 50 through when the gateway is killed and started again in between', async () => {
    const data = await mkdtemp(join(tmpdir(), 'boomgate-kill-'));
    await using stub = await startStub({ era: 'modern', tools: [{ name: 'work' }] });
    const config = join(data, 'boomgate.config.json');
    const grants = { test: { server: 'stub', policy: 'limited', token: TOKEN } };
    await writeFile(
      config,
      JSON.stringify({ mcpServers: { stub: { url: stub.url } }, policies: { limited: POLICY }, grants }),
    );

    const first = await startProcess(config, join(data, 'data'));
    const before = await Promise.all(
      Array.from({ length: 30 }, (_, id) => post(`${first.url}/mcp/stub`, TOKEN, modernCall('work', {}, id))),
    );
    expect(before.filter(isAllowed)).toHaveLength(30);
    const underWay = Array.from({ length: 100 }, (_, id) =>
      post(`${first.url}/mcp/stub`, TOKEN, modernCall('work', {}, id)).catch(() => undefined),
    );
    await Promise.race(underWay);
    await first.kill();
    await Promise.all(underWay);
    const reachedBefore = stub.calls().length;

    const second = await startProcess(config, join(data, 'data'));
    await Promise.all(
      Array.from({ length: 500 }, (_, id) =>
        post(`${second.url}/mcp/stub`, TOKEN, modernCall('work', {}, id)),
      ),
    );
    await second.kill();
    // A call that was recorded but not yet sent when the process died keeps its reservation, so there may be fewer, never more.
    const store = await openSqliteStore({
      directory: join(data, 'data'),
      clock: systemClock(),
      as: 'reader',
    });
    const forwarded = (await store.decisions.query({ limit: 10_000 })).filter(({ row }) => row.forwarded);
    await store[Symbol.asyncDispose]();
    expect(forwarded).toHaveLength(LIMIT);
    expect(stub.calls().length).toBeLessThanOrEqual(LIMIT);
    expect(stub.calls().length).toBeGreaterThanOrEqual(reachedBefore);
    await rm(data, { recursive: true, force: true });
  });

  it('counts sessions apart when its scope is the session', async () => {
    const limits = [{ counter: 'per_session', window: 'hour', max: 1, scope: 'session' }];
    await using stub = await startStub({ era: 'legacy', tools: [{ name: 'work' }] });
    await using gateway = await bootGateway({
      mcpServers: { stub: { url: stub.url } },
      policies: { limited: { version: '1', default: 'deny', tools: { work: { limits } } } },
    });
    const { connectAgent } = await import('../support/clients.ts');
    const clients = await Promise.all(
      [1, 2].map(() => connectAgent('sdk 1.x', gateway.endpoint('stub'), gateway.token)),
    );
    for (const client of clients) {
      expect((await client.callTool({ name: 'work', arguments: {} })).isError).toBeUndefined();
      expect((await client.callTool({ name: 'work', arguments: {} })).isError).toBe(true);
      await client.close();
    }
    expect(stub.calls()).toHaveLength(2);
  });
});

describe('what was reserved', () => {
  it.each([
    ['is given back when the server says that it did nothing', { code: -32602, message: 'bad arguments' }, 3],
    ['is kept when the server failed, as it may have acted', { code: -32603, message: 'failed' }, 1],
  ])('%s', async (_what, error, reached) => {
    const limits = [{ counter: 'one', window: 'hour', max: 1, scope: 'grant' }];
    await using stub = await startStub({
      era: 'modern',
      tools: [{ name: 'work' }],
      onCall: ({ message }, response) => {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, error }));
        return true;
      },
    });
    await using gateway = await bootGateway({
      mcpServers: { stub: { url: stub.url } },
      policies: { limited: { version: '1', default: 'deny', tools: { work: { limits } } } },
    });
    for (let call = 0; call < 3; call += 1)
      await post(gateway.endpoint('stub'), gateway.token, modernCall('work'));
    expect(stub.calls()).toHaveLength(reached);
  });
});

async function startProcess(
  config: string,
  data: string,
): Promise<{ readonly url: string; readonly kill: () => Promise<void> }> {
  const program = fileURLToPath(new URL('../support/gateway-process.ts', import.meta.url));
  const child = fork(program, [config, data], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [url] = await once(child, 'message');
  return {
    url: String(url),
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
