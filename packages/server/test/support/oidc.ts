import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import Provider from 'oidc-provider';

/** Somebody as a provider knows them. */
type Known = {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly groups?: readonly string[];
};

/** A real OpenID provider on loopback. Whoever comes is signed in as `nextSubject`, without being asked. */
export type OidcProvider = AsyncDisposable & {
  readonly issuer: string;
  readonly accounts: Map<string, Known>;
  nextSubject: string;
  /** What the sign-in says of how it was done. */
  amr: readonly string[];
  /** Answers in place of the provider, by path; for what a real one never says. */
  readonly instead: Map<string, (request: IncomingMessage, response: ServerResponse) => void>;
  /** How often a path was asked for. */
  readonly asked: Map<string, number>;
  /** An ID token, or one of another kind, with the provider's own key. */
  readonly sign: (claims: JWTPayload, header?: { readonly typ?: string }) => Promise<string>;
};

/** The claim in which it has groups too, as a provider that knows no claim of that name. */
export const GROUPS_CLAIM = 'https://corp.example/groups';

export const CLIENT = { id: 'boomgate', secret: 'a client secret of the tests, long enough' } as const;

export async function openOidcProvider(redirectUris: () => readonly string[]): Promise<OidcProvider> {
  const instead: OidcProvider['instead'] = new Map();
  const asked: OidcProvider['asked'] = new Map();
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    asked.set(path, (asked.get(path) ?? 0) + 1);
    // Made when it is first asked: only then is the address of return known.
    (instead.get(path) ?? own())(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  // A listening TCP server has an address with a port.
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: 'k', use: 'sig', alg: 'RS256' };
  const test = { nextSubject: 'ann', amr: [] as readonly string[] };
  const accounts: OidcProvider['accounts'] = new Map();
  let made: ReturnType<typeof handlerOf> | undefined;
  const own = () => {
    made ??= handlerOf({ issuer, key, accounts, test, redirectUris });
    return made;
  };
  return Object.assign(test, {
    issuer,
    accounts,
    instead,
    asked,
    sign: (claims: JWTPayload, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k', ...header }).sign(privateKey),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

type Inside = Pick<OidcProvider, 'issuer' | 'accounts'> & {
  readonly key: object;
  readonly test: { nextSubject: string; amr: readonly string[] };
  readonly redirectUris: () => readonly string[];
};

function handlerOf({ accounts, issuer, key, redirectUris, test }: Inside) {
  const [first] = redirectUris();
  const client = {
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    redirect_uris: redirectUris(),
    // Loopback without TLS is for native ones.
    application_type: 'native' as const,
    ...(first === undefined
      ? {}
      : { backchannel_logout_uri: first.replace(/callback$/, 'backchannel-logout') }),
    backchannel_logout_session_required: true,
  };
  const provider: Provider = new Provider(issuer, {
    clients: [client],
    jwks: { keys: [key] },
    ttl: { Interaction: 60, Grant: 60, Session: 60, AccessToken: 60, IdToken: 300 },
    cookies: { keys: ['a key of the tests'] },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    // To a gateway on loopback, where its own guard would let nothing go.
    fetch: (url, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown } = {}) =>
      fetch(url, options),
    interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    claims: {
      openid: ['sub', 'amr', 'groups', GROUPS_CLAIM],
      email: ['email', 'email_verified'],
      profile: ['name'],
    },
    findAccount: async (_: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ sub, ...accounts.get(sub) }),
    }),
    loadExistingGrant: async ({ oidc }) => {
      const { client: of, session } = oidc;
      const grant = new provider.Grant({
        accountId: session?.accountId ?? '',
        clientId: of?.clientId ?? '',
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const rest = provider.callback();
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (!request.url?.startsWith('/interaction/')) {
      rest(request, response);
      return;
    }
    // With the consent that is asked of native clients each time.
    const login = { accountId: test.nextSubject, amr: [...test.amr] };
    provider.interactionFinished(request, response, { login, consent: {} }).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  };
}

type Cookie = { readonly name: string; readonly path: string; readonly value: string };

/** A browser: follows redirects, keeps the cookies of each origin, and sends each to what is below its path. */
export class Browser {
  /** By origin, and there by name and path. */
  readonly jars = new Map<string, Map<string, Cookie>>();

  cookiesFor(address: string): string {
    const { origin, pathname } = new URL(address);
    const jar = this.jars.get(origin) ?? new Map<string, Cookie>();
    return [...jar.values()]
      .filter(({ path }) => `${pathname}/`.startsWith(path.endsWith('/') ? path : `${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** One request, without following where it leads. */
  async get(address: string): Promise<Response> {
    const { origin } = new URL(address);
    const jar = this.jars.get(origin) ?? new Map<string, Cookie>();
    this.jars.set(origin, jar);
    const cookie = this.cookiesFor(address);
    const answer = await fetch(address, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
    for (const given of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (given.split(';')[0] ?? '').split(/=(.*)/s);
      const path = /; path=([^;]*)/i.exec(given)?.[1] ?? '/';
      if (value === '') jar.delete(`${name} ${path}`);
      else jar.set(`${name} ${path}`, { name, path, value });
    }
    return answer;
  }

  /** Sends the form of a page, with what a person chose. */
  async submit(address: string, page: string, chosen: Readonly<Record<string, string>>): Promise<Response> {
    const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
    const hidden = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
    const to = new URL(action, address).href;
    const body = new URLSearchParams({ ...fields, ...chosen });
    return fetch(to, { method: 'POST', redirect: 'manual', headers: { cookie: this.cookiesFor(to) }, body });
  }

  /** Follows until something other than a redirect, or an address of which `isEnd` is true: that address. */
  async follow(address: string, isEnd: (address: string) => boolean): Promise<string> {
    let at = address;
    for (let hops = 0; hops < 12 && !isEnd(at); hops += 1) {
      const answer = await this.get(at);
      const next = answer.headers.get('location');
      if (next === null)
        throw new Error(`expected a redirect at ${at}, found ${answer.status}: ${await answer.text()}`);
      at = new URL(next, at).href;
    }
    return at;
  }
}

let newcomers = 0;

/** Somebody who has not been here before, and of whom the provider knows this, whether it could be so or not. */
export function newcomerAt({ accounts }: Pick<OidcProvider, 'accounts'>, known: object = {}) {
  newcomers += 1;
  const subject = `subject-${newcomers}`;
  const email = `person-${newcomers}@corp.example`;
  accounts.set(subject, { email, email_verified: true, name: 'Ann Bond', ...known });
  return { subject, email };
}
