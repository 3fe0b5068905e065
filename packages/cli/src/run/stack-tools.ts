import { randomUUID } from 'node:crypto';
import { classifiedOf, entriesOf, readDefinition, recommend } from '@boomgate/catalogue';
import { openUpstreams, type Tool, type ToolsFound, type ToolsOf, UpstreamError } from '@boomgate/server';
import type { Facts } from '../facts.ts';

/** Milliseconds for one server to start and list its tools: a package may have to be fetched first. */
const SCAN_MS = 60_000;
/** Servers that are started at the same time: enough to hide waiting, few enough for a laptop. */
const AT_ONCE = 4;

export type ToolScan = AsyncDisposable & { readonly toolsOf: ToolsOf };

/** Asks servers for their tools over connections of its own; what it started ends with it. */
export function openToolScan({ env, proxy, version }: Facts): ToolScan {
  const upstreams = openUpstreams({
    version,
    environment: env,
    proxy,
    // What a server writes to its log may hold what its client's file keeps secret.
    log: () => undefined,
  });
  return {
    async toolsOf(settings) {
      const upstream = upstreams.for({ ...settings, id: randomUUID(), organization: 'stack' }, 'stack');
      const late = Promise.withResolvers<ToolsFound>();
      const timer = setTimeout(
        () => late.resolve({ ok: false, reason: `it did not list its tools within ${SCAN_MS / 1000} s` }),
        SCAN_MS,
      );
      try {
        return await Promise.race([listed(upstream.list('tools'), settings.slug), late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
    [Symbol.asyncDispose]: () => upstreams[Symbol.asyncDispose](),
  };
}

type Listing = Awaited<ReturnType<ReturnType<ReturnType<typeof openUpstreams>['for']>['list']>>;

async function listed(listing: Promise<Listing>, server: string): Promise<ToolsFound> {
  try {
    const { items } = await listing;
    const read = items.map((item) => readDefinition(item));
    const entries = entriesOf(
      server,
      read.flatMap((one) => (one.ok ? one.tool : [])),
    );
    const tools = entries.map(({ classification, definition }): Tool => {
      const { class: toolClass, severity } = classification;
      return { name: definition.name, class: toolClass, severity };
    });
    return { ok: true, tools, recommended: recommend(classifiedOf(server, entries)) };
  } catch (error) {
    if (error instanceof UpstreamError) return { ok: false, reason: reasonOf(error) };
    throw error;
  }
}

/** Why nothing came of a connection, such as a certificate that ran out, is known here alone: the server has not heard of it. */
function reasonOf({ code, detail, message }: UpstreamError): string {
  return code === 'unreachable' ? `${message} (${detail})` : message;
}

/** Does something for each item, some at a time, and keeps their order. */
export async function eachOf<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      results[next[0]] = await act(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}
