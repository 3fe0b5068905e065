/** The one scope: what an agent may do is what its grant allows. */
export const SCOPE = 'mcp';

/** Below the gateway's address: the authorization server, and the endpoints that take its tokens. */
export const AUTHORIZATION_SERVER = '/oauth';
const ENDPOINT = '/mcp-oauth';

/** Where workloads exchange their tokens; of the gateway's own, as no client registers for it. */
export const EXCHANGE = '/exchange';

/** Where clients in Python renew a token after they were started again: they keep tokens, and not what they found (decisions/0052). */
const UNFOUND_TOKEN = '/token';

const PROTECTED = '/.well-known/oauth-protected-resource';
const SERVERS = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'] as const;

/**
 * What there is of the authorization server, written as here alone: the library takes `/Register` and `/register/` for the same, and has
 * paths that nobody needs.
 */
const OWN =
  /^\/(?:authorize(?:\/[\w-]{1,64})?|register|token|exchange|revoke|jwks|\.well-known\/(?:oauth-authorization-server|openid-configuration))$/;

/** As the data plane reads it: slug or UUID of a server, or nothing for a stack; with or without the final slash. */
const PLACE = /^\/mcp-oauth(?:\/|\/([A-Za-z0-9._-]{1,64})\/?)?$/;

/** The server that an address of the gateway stands for, empty for a stack; undefined for any other address. */
export function placeOf(resource: string, url: string): string | undefined {
  if (!resource.startsWith(`${url}${ENDPOINT}`)) return undefined;
  const match = PLACE.exec(resource.slice(url.length));
  return match === null ? undefined : (match[1] ?? '');
}

/** Both ways to write the address of a place: clients use the one and the other within one sign-in. */
export function spellingsOf(place: string, url: string): readonly [string, string] {
  const address = `${url}${ENDPOINT}${place === '' ? '' : `/${place}`}`;
  return [address, `${address}/`];
}

/**
 * What a path asks of the authorization server: its own path there, one that is not there, the metadata of an endpoint, or undefined for
 * what is not its own.
 * Metadata stand where RFC 8414, RFC 9728 and OpenID Connect look for those of an address with a path, and nowhere at the root:
 * clients that find something there leave a configured header away.
 */
export function readPath(
  path: string,
  url: string,
):
  | { readonly kind: 'own'; readonly path: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'resource'; readonly resource: string }
  | undefined {
  if (path.startsWith(`${AUTHORIZATION_SERVER}/`)) {
    const own = path.slice(AUTHORIZATION_SERVER.length);
    return OWN.test(own) ? { kind: 'own', path: own } : { kind: 'nothing' };
  }
  if (path === UNFOUND_TOKEN) return { kind: 'own', path };
  const base = new URL(url).pathname.replace(/\/$/, '');
  const inserted = [PROTECTED, PROTECTED + base].find((one) => path.startsWith(one + ENDPOINT));
  if (inserted !== undefined) {
    const resource = `${url}${path.slice(inserted.length)}`;
    return placeOf(resource, url) === undefined ? undefined : { kind: 'resource', resource };
  }
  const found = SERVERS.find((one) =>
    [one + AUTHORIZATION_SERVER, one + base + AUTHORIZATION_SERVER].includes(path),
  );
  return found === undefined ? undefined : { kind: 'own', path: found };
}
