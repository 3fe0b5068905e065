import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { expectOk, type Office } from './people.ts';
import { type ProtectedServer, startProtectedServer } from './protected-server.ts';
import type { RawAnswer, Visitor } from './visitor.ts';

type Connected = RawAnswer & { readonly url: string; readonly cookie: string };

/** Asks to connect, as the dashboard does; the cookie of the session stays beside the new one. */
export async function askToConnect(visitor: Visitor, server: string, body: object = {}): Promise<Connected> {
  const answer = await visitor.send(`/api/v1/servers/${server}/connect`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'x-boomgate-csrf': visitor.csrf ?? '' },
  });
  const { authorizationUrl = '' } = JSON.parse(answer.text) as { authorizationUrl?: string };
  return { ...answer, url: authorizationUrl, cookie: answer.headers['set-cookie']?.split(';')[0] ?? '' };
}

/** The person consents: where the authorization server sends the browser back to. */
export async function consent(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'manual' });
  return answer.headers.get('location') ?? `none: ${answer.status}`;
}

/** The browser comes back, and is shown what it gets. */
export function comeBack(visitor: Visitor, location: string, cookie: string): Promise<RawAnswer> {
  const { pathname, search } = new URL(location);
  const cookies = [visitor.cookie, cookie].filter((one) => one !== '').join('; ');
  return visitor.send(`${pathname}${search}`, { headers: { accept: 'text/html', cookie: cookies } });
}

/** All of it; where the browser ends. */
export async function connect(visitor: Visitor, server: string, body: object = {}): Promise<string> {
  const { cookie, text, url } = await askToConnect(visitor, server, body);
  if (url === '') throw new Error(`expected an address to go to, found ${text}`);
  const { headers, text: shown } = await comeBack(visitor, await consent(url), cookie);
  return headers['location'] ?? shown;
}

/** A server that is registered, and a token of a grant for it. */
export async function registered(office: Office, slug: string, server: object): Promise<string> {
  const { client } = office.admin;
  expectOk(await client.servers.create({ body: { slug, ...server } }));
  return expectOk(await client.grants.mint({ body: { name: slug, server: slug, policy: 'all' } })).token;
}

/** A server that wants a sign-in, registered, with a token of a grant for it, and who signs in there. */
type Pair = AsyncDisposable & {
  readonly issuer: AuthorizationServer;
  readonly server: ProtectedServer;
  readonly token: string;
};

export async function startPair(office: Office, slug: string, wallMs: () => number): Promise<Pair> {
  const issuer = await startAuthorizationServer(wallMs);
  const server = await startProtectedServer(issuer);
  const token = await registered(office, slug, { url: server.url });
  return {
    ...{ issuer, server, token },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}
