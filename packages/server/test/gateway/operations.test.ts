import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken } from '../../src/index.ts';
import { type Collector, startCollector } from '../support/collector.ts';
import { bootGateway, type TestGateway } from '../support/gateway.ts';
import { freePort, until } from '../support/programs.ts';
import { ENVELOPE, MODERN, modernCall, post } from '../support/rpc.ts';
import { answer, type Stub, startStub } from '../support/stub.ts';

const METRICS_TOKEN = 'token-of-the-metrics-for-the-tests-of-operations';
const SECRET = 'value-of-an-argument';
const { token: GRANT } = mintToken();
const POLICY = {
  version: '1',
  default: 'deny',
  tools: {
    work: {},
    slow: {},
    refused: { action: 'deny' },
    fails: {},
  },
};

let stub: Stub;
let collector: Collector;
let gateway: TestGateway;
/** Calls of `slow` that the stub holds. */
const held: (() => void)[] = [];

beforeAll(async () => {
  stub = await startStub({
    era: 'modern',
    tools: [{ name: 'work' }, { name: 'slow' }, { name: 'refused' }, { name: 'fails' }],
    onCall: ({ message }, response) => {
      const name = message.params?.['name'];
      if (name !== 'slow' && name !== 'fails') return false;
      const result = { resultType: 'complete', content: [], isError: name === 'fails' };
      const release = (): void => answer(response, { jsonrpc: '2.0', id: message.id, result });
      if (name === 'fails') release();
      else held.push(release);
      return true;
    },
  });
  collector = await startCollector();
  gateway = await bootGateway({
    mcpServers: { stub: { url: stub.url, era: 'modern' } },
    policies: { p: POLICY },
    grants: { watched: { server: 'stub', policy: 'p', token: GRANT, mode: 'observe' } },
    more: { metrics: { token: METRICS_TOKEN } },
    options: {
      environment: {
        TEST_GRANT: `${GRANT.slice(0, 20)}-and-what-makes-it-another`,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_SERVICE_NAME: 'gate-1',
        OTEL_BSP_SCHEDULE_DELAY: '20',
      },
    },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

const TEST_GRANT = `${GRANT.slice(0, 20)}-and-what-makes-it-another`;
const call = (
  tool: string,
  more: { meta?: object; headers?: Record<string, string>; token?: string } = {},
) => {
  const { body, headers } = modernCall(tool, { key: SECRET });
  const message = JSON.parse(body);
  message.params._meta = { ...message.params._meta, ...more.meta };
  return post(gateway.endpoint('stub'), more.token ?? TEST_GRANT, {
    body: JSON.stringify(message),
    headers: { ...headers, ...more.headers },
  });
};

type Ask = { readonly headers?: Record<string, string>; readonly path?: string };

/** `fetch` sets `Host` itself. */
function get({ headers = {}, path = '/metrics' }: Ask = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const one = request(`${gateway.gateway.url}${path}`, { headers }, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode ?? 0, text });
    });
    one.on('error', reject).end();
  });
}

/** The number of a series, exactly as it is written. */
async function seriesValue(series: string): Promise<number | undefined> {
  const { text } = await get();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('metrics', () => {
  it('count what was decided, forwarded and turned away, once each', async () => {
    for (let count = 0; count < 3; count += 1) await call('work');
    await call('refused');
    await call('refused', { token: GRANT });
    await call('no-such-tool');
    await post(gateway.endpoint('stub'), 'not-a-token', modernCall('work'));
    const requests = (labels: string) => seriesValue(`boomgate_requests_total{server="stub",${labels}}`);
    expect(await requests('method="tools/call",outcome="allow",mode="enforce"')).toBe(3);
    expect(await requests('method="tools/call",outcome="deny",mode="enforce"')).toBe(2);
    expect(await requests('method="tools/call",outcome="deny",mode="observe"')).toBe(1);
    expect(await seriesValue('boomgate_turned_away_total{reason="grant"}')).toBe(1);
    const status = 'boomgate_upstream_answers_total{server="stub",status="result"}';
    // What an observed grant is denied is forwarded all the same.
    expect(await seriesValue(status)).toBe(4);
    expect(await seriesValue('boomgate_upstream_duration_seconds_count{server="stub"}')).toBe(4);
    expect(await seriesValue('boomgate_gateway_duration_seconds_count{forwarded="false"}')).toBe(2);
    const log = await gateway.gateway.store.decisions.query({ limit: 100 });
    const rows = log.filter(({ row }) => row.method === 'tools/call').length;
    expect(rows).toBe(6);
  });

  it('never take a name from an agent', async () => {
    const invented = 'tools/invented_by_an_agent';
    const message = { jsonrpc: '2.0', id: 1, method: invented, params: { _meta: ENVELOPE } };
    const headers = { 'mcp-protocol-version': MODERN, 'mcp-method': invented };
    await post(gateway.endpoint('stub'), TEST_GRANT, { body: JSON.stringify(message), headers });
    const { text } = await get();
    expect(text).toContain(
      'boomgate_requests_total{server="stub",method="other",outcome="deny",mode="enforce"} 1',
    );
    expect(text).not.toContain('invented');
    expect(text).not.toContain('no-such-tool');
    expect(text).not.toContain(SECRET);
  });

  it('say what is under way, what is in force and how the process does', async () => {
    const slow = call('slow');
    await until(() => held.length === 1);
    expect(await seriesValue('boomgate_requests_in_flight')).toBe(1);
    expect(await seriesValue('boomgate_upstreams{server="stub",state="ready"}')).toBe(1);
    expect(await seriesValue('boomgate_grants')).toBe(2);
    expect(await seriesValue('boomgate_servers')).toBe(1);
    expect(await seriesValue('boomgate_policies')).toBe(1);
    expect(await seriesValue('boomgate_ready')).toBe(1);
    expect(await seriesValue('boomgate_config_valid')).toBe(1);
    expect(await seriesValue('boomgate_journal_waiting')).toBe(0);
    expect(await seriesValue('boomgate_approvals_waiting')).toBe(0);
    expect(await seriesValue('boomgate_approvals_longest_wait_seconds')).toBe(0);
    expect(await seriesValue('boomgate_limits_counted')).toBe(1);
    expect(await seriesValue('boomgate_journal_commit_duration_seconds_count')).toBeGreaterThan(3);
    expect(await seriesValue('boomgate_journal_entries_total{result="written"}')).toBeGreaterThan(6);
    expect(await seriesValue('boomgate_http_connections')).toBeGreaterThanOrEqual(1);
    expect(await seriesValue('process_resident_memory_bytes')).toBeGreaterThan(1e7);
    expect(await seriesValue('nodejs_eventloop_lag_p99_seconds')).toBeLessThan(10);
    held.pop()?.();
    await slow;
    expect(await seriesValue('boomgate_requests_in_flight')).toBe(0);
  });

  it.each<[string, Ask, number]>([
    ['a program of this machine', {}, 200],
    [
      'whoever has the token',
      { headers: { authorization: `Bearer ${METRICS_TOKEN}`, forwarded: 'for=9.9.9.9' } },
      200,
    ],
    ['a grant', { headers: { authorization: `Bearer ${TEST_GRANT}` } }, 401],
    ['a wrong token', { headers: { authorization: `Bearer ${METRICS_TOKEN}x` } }, 401],
    ['what a proxy passed on', { headers: { 'x-forwarded-for': '10.0.0.1' } }, 403],
    ['a page by another host name', { headers: { host: 'rebound.example' } }, 403],
  ])('are read by %s as they may be', async (_, ask, status) => {
    expect((await get(ask)).status).toBe(status);
  });

  it.each([
    ['https://gate.example', 403],
    ['http://127.0.0.1:7411', 200],
  ])('are for programs of this machine where none comes from elsewhere: at %s', async (publicUrl, status) => {
    // A proxy on this machine that passes nothing on but the request, as nginx does unless it is told more.
    const more = { metrics: { token: METRICS_TOKEN } };
    const port = await freePort();
    await using _other = await bootGateway({
      mcpServers: { stub: { url: stub.url } },
      more,
      options: { publicUrl, port },
    });
    const metrics = `http://127.0.0.1:${port}/metrics`;
    const answer = await fetch(metrics);
    expect(answer.status).toBe(status);
    if (status === 403) expect(await answer.text()).toMatch(/--public-url\).* give "metrics": \{ "token"/);
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    expect((await fetch(metrics, { headers })).status).toBe(200);
  });
});

describe('spans', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const parent = `00-${traceId}-b7ad6b7169203331-01`;
  const spansOf = async (trace: string, count: number) => {
    await until(() => collector.spans.filter(({ traceId }) => traceId === trace).length >= count);
    return collector.spans.filter(({ traceId }) => traceId === trace);
  };

  it('lead from the agent through the gateway to the server, by _meta and by headers', async () => {
    const before = stub.calls().length;
    await call('work', { meta: { traceparent: parent, tracestate: 'vendor=1', baggage: 'user=ada' } });
    const spans = await spansOf(traceId, 2);
    const server = spans.find(({ kind }) => kind === 2);
    const client = spans.find(({ kind }) => kind === 3);
    expect(server).toMatchObject({
      name: 'tools/call work',
      parentSpanId: 'b7ad6b7169203331',
      traceState: 'vendor=1',
    });
    expect(server?.attributes).toMatchObject({
      'mcp.method.name': 'tools/call',
      'mcp.protocol.version': MODERN,
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'work',
      'network.transport': 'tcp',
      'boomgate.server': 'stub',
      'boomgate.mode': 'enforce',
      'boomgate.decision.outcome': 'allow',
      'boomgate.policy.name': 'p',
    });
    const [row] = await gateway.gateway.store.decisions.query({ limit: 1 });
    expect(server?.attributes['boomgate.decision.id']).toBe(row?.row.id);
    expect(client).toMatchObject({ name: 'tools/call work', parentSpanId: server?.spanId });
    const [sent] = stub.calls().slice(before);
    const told = `00-${traceId}-${client?.spanId}-01`;
    expect(sent?.message.params?.['_meta']).toMatchObject({ traceparent: told, tracestate: 'vendor=1' });
    expect(sent?.raw).not.toContain('baggage');
    expect(sent?.headers).toMatchObject({ traceparent: told, tracestate: 'vendor=1' });
    expect(collector.resource()).toMatchObject({ 'service.name': 'gate-1' });
    expect(JSON.stringify(collector.spans)).not.toContain(SECRET);
  });

  it('take the context from headers where the message has none, and none that is not well-formed', async () => {
    const other = traceId.replace('0af', 'bbb');
    await call('work', { headers: { traceparent: parent.replace(traceId, other) } });
    expect(await spansOf(other, 2)).toHaveLength(2);
    const before = stub.calls().length;
    await call('work', { meta: { traceparent: '00-1', tracestate: 'lost=1' } });
    const meta = stub.calls()[before]?.message.params?.['_meta'];
    expect(meta).toMatchObject({ traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/) });
    expect(JSON.stringify(meta)).not.toContain('lost');
  });

  it('say how a request failed and why it was refused, and name no tool that nobody offers', async () => {
    const traces = ['a', 'b', 'c'].map((letter) => letter.repeat(32));
    const at = (trace = '') => ({ meta: { traceparent: parent.replace(traceId, trace) } });
    await call('fails', at(traces[0]));
    await call('refused', at(traces[1]));
    await call('no-such-tool', at(traces[2]));
    const [failed, refused, unknown] = await Promise.all(
      traces.map(async (trace, index) => spansOf(trace, index === 0 ? 2 : 1)),
    );
    for (const span of failed ?? [])
      expect(span).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'tool_error' } });
    expect(refused).toMatchObject([
      {
        name: 'tools/call refused',
        attributes: { 'boomgate.decision.outcome': 'deny', 'error.type': 'tool_error' },
      },
    ]);
    expect(unknown).toMatchObject([
      {
        name: 'tools/call',
        attributes: { 'gen_ai.tool.name': 'no-such-tool', 'rpc.response.status_code': '-32602' },
      },
    ]);
  });

  it('go out as protobuf where nothing else is asked for, and a sampler that draws none still passes the trace on', async () => {
    await using other = await bootGateway({
      mcpServers: { stub: { url: stub.url, era: 'modern' } },
      policies: { p: POLICY },
      options: {
        environment: { TEST_GRANT: GRANT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/traces` },
      },
    });
    await post(other.endpoint('stub'), GRANT, modernCall('work'));
    await other.gateway.close();
    const sent = collector.bodies.find(({ path }) => path === '/traces');
    expect(sent?.type).toBe('application/x-protobuf');
    expect(sent?.body.toString('latin1')).toContain('tools/call work');
  });
});

describe('health', () => {
  it('says in which respect the gateway is not ready, and first of all that it stops', async () => {
    expect(await get({ path: '/readyz' })).toMatchObject({ status: 200 });
    const slow = call('slow');
    await until(() => held.length === 1);
    const closed = gateway.gateway.close();
    const { status, text } = await get({ path: '/readyz' });
    expect({ status, ...JSON.parse(text) }).toEqual({
      status: 503,
      ready: false,
      checks: { policies: 'ok', store: 'ok', running: 'the gateway is stopping' },
    });
    held.pop()?.();
    expect((await slow).body.result?.isError).toBe(false);
    await closed;
  });
});
