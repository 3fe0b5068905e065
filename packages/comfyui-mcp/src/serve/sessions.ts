import { randomUUID } from 'node:crypto';
import {
  isInitializeRequest,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { MAX_SESSIONS } from '../limits.ts';

/**
 * Sessions of MCP clients before 2026-07-28: a server each, so that what a client cancels is found. The one that was quiet
 * longest makes room for a new one; its client then begins another, as the protocol says.
 */
export class Sessions {
  readonly #makeServer: () => McpServer;
  /** The one that was used last stands last. */
  readonly #open = new Map<string, WebStandardStreamableHTTPServerTransport>();

  constructor(makeServer: () => McpServer) {
    this.#makeServer = makeServer;
  }

  async fetch(request: Request): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    const session = id === null ? undefined : this.#open.get(id);
    if (id !== null && session !== undefined) {
      this.#open.delete(id);
      this.#open.set(id, session);
      return await session.handleRequest(request);
    }
    if (id !== null) return refusal(404, 'session not found');
    const body = request.method === 'POST' ? await bodyOf(request) : undefined;
    if (!isInitializeRequest(body))
      return refusal(400, 'expected a session, or an initialize request that begins one');
    return await (await this.#begin()).handleRequest(request, { parsedBody: body });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((session) => session.close()));
    this.#open.clear();
  }

  async #begin(): Promise<WebStandardStreamableHTTPServerTransport> {
    const [oldest] = this.#open;
    if (this.#open.size >= MAX_SESSIONS && oldest !== undefined) {
      this.#open.delete(oldest[0]);
      await oldest[1].close();
    }
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void this.#open.set(id, transport),
      onsessionclosed: (id) => void this.#open.delete(id),
    });
    await this.#makeServer().connect(transport);
    return transport;
  }
}

async function bodyOf(request: Request): Promise<unknown> {
  try {
    return (await request.json()) as unknown;
  } catch {
    return undefined;
  }
}

function refusal(status: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code: -32000, message } }, { status });
}
