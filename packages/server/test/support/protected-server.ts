import type { IncomingMessage } from 'node:http';
import type { AuthorizationServer } from './authorization-server.ts';
import { type Stub, type StubOptions, startStub } from './stub.ts';

/** An MCP server that lets in who has a token of its authorization server, and says where one gets it. */
export type ProtectedServer = Stub & {
  /** What it says with HTTP 401. */
  challenge: string | undefined;
  /** Its metadata (RFC 9728) by path. */
  readonly documents: Map<string, object>;
  /** Headers of everything that reached it, metadata as well. */
  readonly heads: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** Refuses the next requests, whatever they present. */
  refusals: number;
  /** Scopes without which it refuses calls of tools with HTTP 403, and what it says then in place of their names. */
  needs: readonly string[];
  lack: string | undefined;
};

const METADATA = '/.well-known/oauth-protected-resource';

export async function startProtectedServer(
  { accessTokens, issuer, isGood }: Pick<AuthorizationServer, 'accessTokens' | 'issuer' | 'isGood'>,
  options: Partial<StubOptions> = {},
): Promise<ProtectedServer> {
  const documents = new Map<string, object>();
  const heads: ProtectedServer['heads'][number][] = [];
  const stub = await startStub({
    era: 'modern',
    tools: [{ name: 'pay' }],
    ...options,
    guard(request, response) {
      const path = request.url ?? '';
      heads.push({ path, headers: request.headers });
      if (path.startsWith('/.well-known/')) {
        const document = documents.get(path);
        response
          .writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' })
          .end(JSON.stringify(document ?? {}));
        return true;
      }
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      own.refusals -= 1;
      if (isGood(token) && own.refusals < 0) {
        const has = accessTokens.get(token)?.scope.split(' ') ?? [];
        if (request.headers['mcp-method'] !== 'tools/call' || own.needs.every((one) => has.includes(one)))
          return false;
        const lack = own.lack ?? `Bearer error="insufficient_scope", scope="${own.needs.join(' ')}"`;
        request.resume();
        response.writeHead(403, { 'content-type': 'application/json', 'www-authenticate': lack }).end('{}');
        return true;
      }
      const challenge = own.challenge === undefined ? {} : { 'www-authenticate': own.challenge };
      request.resume();
      response.writeHead(401, { 'content-type': 'application/json', ...challenge }).end('{}');
      return true;
    },
  });
  const { origin } = new URL(stub.url);
  const place = `${METADATA}/mcp`;
  documents.set(place, {
    resource: stub.url,
    authorization_servers: [issuer],
    scopes_supported: ['pay', 'read'],
  });
  const own: ProtectedServer = Object.assign(stub, {
    challenge: `Bearer resource_metadata="${origin}${place}", scope="pay"`,
    documents,
    heads,
    refusals: 0,
    needs: [],
    lack: undefined,
  });
  return own;
}
