import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { TlsOptions } from 'node:tls';
import { listenOnLoopback } from './oauth-http.ts';

/** What reached the authorization server. */
type Asked = {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly form: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, unknown>>;
};

type Token = { readonly resource: string; readonly scope: string; endsAtMs: number };
type Code = { readonly challenge: string; readonly clientId: string; readonly redirectUri: string } & Omit<
  Token,
  'endsAtMs'
>;

/** A small authorization server: codes with PKCE, rotating refresh tokens, registration, revocation, client credentials. */
export type AuthorizationServer = AsyncDisposable & {
  readonly issuer: string;
  readonly asked: Asked[];
  readonly to: (path: string) => readonly Asked[];
  /** Members that its metadata has in place of its own; undefined takes one away. */
  metadata: Readonly<Record<string, unknown>>;
  /** Answers in place of it, by path. */
  readonly instead: Map<string, (request: IncomingMessage, response: ServerResponse) => void>;
  /** Seconds that its access tokens live. */
  lifetimeS: number;
  /** Milliseconds that its token endpoint takes. */
  slowMs: number;
  /** What it adds to a redirect back to the client, undefined takes a parameter away. */
  returned: Readonly<Record<string, string | undefined>>;
  readonly accessTokens: Map<string, Token>;
  readonly refreshTokens: Set<string>;
  /** Clients with their secrets; those that register have none. */
  readonly clients: Map<string, string | undefined>;
  /** What was given out and must be seen nowhere. */
  readonly secrets: string[];
  readonly isGood: (token: string) => boolean;
};

const json = (response: ServerResponse, status: number, body: object): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** With settings of TLS it is reached over that alone. */
export async function startAuthorizationServer(
  nowMs: () => number = Date.now,
  tls?: TlsOptions,
): Promise<AuthorizationServer> {
  const codes = new Map<string, Code>();
  const secret = (kind: string): string => {
    const made = `canary-${kind}-${randomBytes(16).toString('hex')}`;
    own.secrets.push(made);
    return made;
  };
  const handle: RequestListener = async (request, response) => {
    const url = new URL(request.url ?? '', own.issuer);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const isJson = request.headers['content-type']?.startsWith('application/json') === true;
    const form = Object.fromEntries(new URLSearchParams(isJson ? url.search : text || url.search));
    own.asked.push({
      path: url.pathname,
      headers: request.headers,
      form,
      ...(isJson ? { json: JSON.parse(text) as Record<string, unknown> } : {}),
    });
    const instead = own.instead.get(url.pathname);
    if (instead !== undefined) return instead(request, response);
    if (url.pathname === '/.well-known/oauth-authorization-server')
      return json(response, 200, metadataOf(own));
    if (url.pathname === '/authorize') return authorize(form, response);
    if (url.pathname === '/register') return register(response);
    if (url.pathname === '/token') return void token(form, request, response);
    if (url.pathname === '/revoke') return revoke(form, response);
    response.writeHead(404).end();
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  const { close, origin } = await listenOnLoopback(server);

  function authorize(form: Readonly<Record<string, string>>, response: ServerResponse): void {
    const code = secret('code');
    codes.set(code, {
      challenge: form['code_challenge'] ?? '',
      clientId: form['client_id'] ?? '',
      redirectUri: form['redirect_uri'] ?? '',
      resource: form['resource'] ?? '',
      scope: form['scope'] ?? '',
    });
    const back = new URL(form['redirect_uri'] ?? '');
    const told = { code, state: form['state'], iss: own.issuer, ...own.returned };
    for (const [name, value] of Object.entries(told))
      if (value !== undefined) back.searchParams.set(name, value);
    response.writeHead(302, { location: back.href }).end();
  }

  function register(response: ServerResponse): void {
    const id = `registered-${randomBytes(4).toString('hex')}`;
    own.clients.set(id, undefined);
    json(response, 201, { client_id: id, token_endpoint_auth_method: 'none' });
  }

  function issue(grant: Omit<Token, 'endsAtMs'>, withRefresh: boolean): object {
    const access = secret('access');
    own.accessTokens.set(access, { ...grant, endsAtMs: nowMs() + own.lifetimeS * 1_000 });
    const rest = { token_type: 'Bearer', expires_in: own.lifetimeS, scope: grant.scope };
    if (!withRefresh) return { access_token: access, ...rest };
    const refresh = secret('refresh');
    own.refreshTokens.add(refresh);
    return { access_token: access, refresh_token: refresh, ...rest };
  }

  async function token(
    form: Readonly<Record<string, string>>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (own.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, own.slowMs));
    const client = clientOf(form, request);
    const known = own.clients.has(client.id) || client.id.startsWith('https://');
    if (!known || own.clients.get(client.id) !== client.secret)
      return json(response, 401, { error: 'invalid_client' });
    const { resource = '', scope = '' } = form;
    if (form['grant_type'] === 'client_credentials')
      return json(response, 200, issue({ resource, scope }, false));
    if (form['grant_type'] === 'refresh_token') {
      // Each is good once.
      if (!own.refreshTokens.delete(form['refresh_token'] ?? ''))
        return json(response, 400, { error: 'invalid_grant' });
      return json(response, 200, issue({ resource, scope }, true));
    }
    const code = codes.get(form['code'] ?? '');
    codes.delete(form['code'] ?? '');
    const challenge = createHash('sha256')
      .update(form['code_verifier'] ?? '')
      .digest('base64url');
    const isRight =
      code?.challenge === challenge &&
      code.clientId === client.id &&
      code.redirectUri === form['redirect_uri'];
    if (!isRight || code.resource !== resource) return json(response, 400, { error: 'invalid_grant' });
    return json(response, 200, issue({ resource, scope: code.scope }, true));
  }

  function revoke(form: Readonly<Record<string, string>>, response: ServerResponse): void {
    own.refreshTokens.delete(form['token'] ?? '');
    own.accessTokens.delete(form['token'] ?? '');
    response.writeHead(200).end();
  }

  const own: AuthorizationServer = {
    issuer: origin,
    asked: [],
    to: (path) => own.asked.filter((one) => one.path === path),
    metadata: {},
    instead: new Map(),
    lifetimeS: 3_600,
    slowMs: 0,
    returned: {},
    accessTokens: new Map(),
    refreshTokens: new Set(),
    clients: new Map(),
    secrets: [],
    isGood: (text) => (own.accessTokens.get(text)?.endsAtMs ?? 0) > nowMs(),
    [Symbol.asyncDispose]: close,
  };
  return own;
}

function metadataOf({ issuer, metadata }: AuthorizationServer): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    revocation_endpoint: `${issuer}/revoke`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic'],
    authorization_response_iss_parameter_supported: true,
    ...metadata,
  };
}

function clientOf(form: Readonly<Record<string, string>>, { headers }: IncomingMessage) {
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (basic === undefined) return { id: form['client_id'] ?? '', secret: form['client_secret'] };
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return { id: decodeURIComponent(id), secret: decodeURIComponent(secret) };
}
