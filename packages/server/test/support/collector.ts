import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type CollectedSpan = {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code?: number };
};

/** A receiver of OTLP over HTTP: JSON is read as spans, anything else is kept as it came. */
export type Collector = AsyncDisposable & {
  readonly url: string;
  readonly spans: CollectedSpan[];
  readonly bodies: { readonly path: string; readonly type: string; readonly body: Buffer }[];
  readonly resource: () => Readonly<Record<string, unknown>>;
};

type Attribute = { readonly key: string; readonly value: Readonly<Record<string, unknown>> };

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: Collector['bodies'] = [];
  let resource: Readonly<Record<string, unknown>> = {};
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const type = request.headers['content-type'] ?? '';
    bodies.push({ path: request.url ?? '', type, body });
    if (type.startsWith('application/json')) {
      for (const one of JSON.parse(body.toString()).resourceSpans) {
        resource = recordOf(one.resource.attributes);
        for (const scope of one.scopeSpans)
          for (const span of scope.spans) spans.push({ ...span, attributes: recordOf(span.attributes) });
      }
    }
    response
      .writeHead(200, { 'content-type': type })
      .end(type.startsWith('application/json') ? '{}' : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    resource: () => resource,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function recordOf(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
