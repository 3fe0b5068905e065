import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostHeaderValidation, originValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, type McpServer } from '@modelcontextprotocol/server';
import { MAX_MESSAGE_BYTES } from '../limits.ts';
import { Sessions } from './sessions.ts';
import { isBearer } from './token.ts';

export type HttpOptions = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** What a client must present; nothing is asked for without it. */
  readonly token: string | undefined;
};

export type Listening = AsyncDisposable & { readonly url: string };

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Whether an address reaches this machine only. */
export function isLoopback(host: string): boolean {
  return ['localhost', '127.0.0.1', '::1'].includes(host);
}

/** Serves MCP of both eras over Streamable HTTP at `/mcp`, until disposed. */
export async function serveHttp(makeServer: () => McpServer, options: HttpOptions): Promise<Listening> {
  const sessions = new Sessions(makeServer);
  const modern = createMcpHandler(makeServer, { legacy: 'reject', maxRequestBodySize: MAX_MESSAGE_BYTES });
  const serve = toNodeHandler(
    {
      fetch: async (request, given) =>
        (await isLegacyRequest(request, given?.parsedBody, { maxRequestBodySize: MAX_MESSAGE_BYTES }))
          ? sessions.fetch(request)
          : modern.fetch(request, given),
    },
    { maxRequestBodySize: MAX_MESSAGE_BYTES },
  );
  const admit = admission(options);
  const server = createServer((request, response) => {
    // The type of the SDK forbids `undefined` for headers that are absent, which Node's own type has.
    if (admit(request, response)) void serve(request as Parameters<typeof serve>[0], response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}/mcp`,
    async [Symbol.asyncDispose]() {
      await modern.close();
      await sessions.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Refuses what is not for this server: other paths, pages of other origins, names that were bent to this machine. */
function admission({
  host,
  token,
}: HttpOptions): (request: IncomingMessage, response: ServerResponse) => boolean {
  const hostIsOurs = isLoopback(host) ? hostHeaderValidation(LOOPBACK) : () => true;
  const originIsOurs = originValidation([...LOOPBACK, host]);
  return (request, response) => {
    const path = request.url?.split('?')[0];
    if (path !== '/mcp' && path !== '/mcp/') return refuse(response, 404);
    if (!hostIsOurs(request, response) || !originIsOurs(request, response)) return false;
    return token === undefined || isBearer(request.headers.authorization, token) || refuse(response, 401);
  };
}

function refuse(response: ServerResponse, status: 401 | 404): false {
  response.writeHead(status, status === 401 ? { 'www-authenticate': 'Bearer realm="mcp"' } : {}).end();
  return false;
}
