import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { openSession } from '../support/session.ts';
import { answer, type Stub, startStub } from '../support/stub.ts';
import { until } from '../upstreams/fixtures.ts';

let stub: Stub;
let gateway: TestGateway;
beforeAll(async () => {
  stub = await startStub({
    era: 'legacy',
    tools: [{ name: 'never' }, { name: 'late' }],
    onCall: async ({ message: { id, params } }, response) => {
      if (params?.['name'] === 'never') return true;
      await pause(300);
      answer(response, { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'too late' }] } });
      return true;
    },
  });
  gateway = await bootGateway({ mcpServers: { s: { url: stub.url } } });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

function transportOf(kind: string) {
  const headers = { Authorization: `Bearer ${gateway.token}` };
  const url = new URL(gateway.endpoint('s'));
  if (kind === 'Streamable HTTP') return new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  const fetchStream = (to: string | URL | Request, init?: RequestInit) => fetch(to, { ...init, headers });
  return new SSEClientTransport(new URL('sse', url), {
    requestInit: { headers },
    eventSourceInit: { fetch: fetchStream },
  });
}

const calls = () => stub.calls().length;

describe.each(['Streamable HTTP', 'HTTP+SSE'])('a call over %s that its agent cancels', (kind) => {
  it.each(['never', 'late'])('gets no answer, when its server answers %s', async (name) => {
    const client = new Client({ name: 'agent', version: '1' });
    const errors: Error[] = [];
    client.onerror = (error) => errors.push(error);
    // The SDK's own transport does not fit its own interface under exactOptionalPropertyTypes.
    await client.connect(transportOf(kind) as Parameters<typeof client.connect>[0]);
    const before = calls();
    const abort = new AbortController();
    const call = client.callTool({ name, arguments: {} }, undefined, { signal: abort.signal });
    const refused = expect(call).rejects.toThrow();
    await until(() => calls() > before);
    abort.abort();
    await refused;
    const settled = async () => {
      const [last] = await gateway.gateway.store.decisions.query({ limit: 1, method: 'tools/call' });
      return last?.outcomeRow?.status;
    };
    await expect.poll(settled).toBe('cancelled');
    await pause(400);
    expect(errors).toEqual([]);
    await client.close();
  });
});

it('the request of a cancelled call ends with an empty answer', async () => {
  const session = await openSession({ endpoint: gateway.endpoint('s'), token: gateway.token });
  const before = calls();
  const call = session.request('tools/call', { name: 'never', arguments: {} }, 'mine');
  await until(() => calls() > before);
  await session.send({
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: 'mine' },
  });
  expect(await call).toMatchObject({ status: 202, text: '' });
});
