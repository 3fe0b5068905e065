import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TRACE_STATE_CHARACTERS } from '../limits/index.ts';
import { readTracingSettings } from './settings.ts';
import { readTraceContext } from './trace-context.ts';
import { openTracing } from './tracing.ts';

const ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARENT = `00-${ID}-${SPAN}-01`;

describe('trace context of an agent', () => {
  it.each<[string, unknown]>([
    ['with a zero trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['with a zero span', `00-${ID}-${'0'.repeat(16)}-01`],
    ['of the version that is none', `ff-${ID}-${SPAN}-01`],
    ['in capitals', PARENT.toUpperCase()],
    ['that came twice', `${PARENT},${PARENT}`],
    ['with a line of another header', `${PARENT}\r\nx: y`],
    ['that is no text', { toString: () => PARENT }],
    ['that is absent', undefined],
  ])('is dropped %s', (_, traceparent) => {
    expect(readTraceContext(traceparent, 'a=1')).toBeUndefined();
  });

  it('goes on with a state up to its bound, and without one that is longer or no plain text', () => {
    const longest = `a=${'x'.repeat(TRACE_STATE_CHARACTERS - 2)}`;
    expect(readTraceContext(PARENT, longest)).toEqual({ traceparent: PARENT, tracestate: longest });
    for (const state of [`${longest}x`, 'a=\n', '', 7])
      expect(readTraceContext(PARENT, state)).toEqual({ traceparent: PARENT });
  });
});

describe('the variables of OpenTelemetry', () => {
  it.each<[Readonly<Record<string, string>>, string | undefined]>([
    [{}, undefined],
    [{ OTEL_SERVICE_NAME: 'x' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://h:4318', OTEL_SDK_DISABLED: 'true' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://h:4318', OTEL_TRACES_EXPORTER: 'none' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://h:4318/' }, 'http://h:4318/v1/traces'],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://h/x', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://i' },
      'http://h/x',
    ],
  ])('%o lead spans to %s', (environment, url) => {
    expect((readTracingSettings(environment) as { url?: string } | undefined)?.url).toBe(url);
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'expected one of http/protobuf, http/json, found "grpc"'],
    [{ OTEL_TRACES_SAMPLER: 'xray' }, 'found "xray"'],
    [{ OTEL_TRACES_SAMPLER_ARG: '1.01' }, 'expected a number from 0 to 1'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, 'expected an http or https URL'],
  ])('%o are refused', (environment, problem) => {
    expect(readTracingSettings({ OTEL_TRACES_EXPORTER: 'otlp', ...environment })).toMatchObject({
      problem: expect.stringContaining(problem),
    });
  });
});

it('a collector whose answer never ends holds no export for longer than one may take', async () => {
  const ended = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    response.writeHead(200);
    const more = setInterval(() => response.write(' '), 5);
    response.on('close', () => {
      clearInterval(more);
      ended.resolve();
    });
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const tracing = await openTracing({
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '1',
    },
    version: '1',
    exportMs: 100,
    onChange: () => undefined,
  });
  if (tracing === undefined || 'problem' in tracing) throw new Error('expected spans to be sent');
  tracing.startRemote('a call', undefined, {}).end();
  await ended.promise;
  await tracing[Symbol.asyncDispose]();
});
