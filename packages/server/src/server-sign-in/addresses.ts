/** Where a server says which authorization server it trusts: for its path, then for all of its origin (RFC 9728 §3.1). */
export function resourcePlaces(server: URL): readonly string[] {
  const { origin, pathname } = server;
  const root = `${origin}/.well-known/oauth-protected-resource`;
  return pathname === '/' ? [root] : [`${root}${pathname}`, root];
}

/** Where an authorization server says what it can do: RFC 8414, then OpenID Connect, its path inserted before it is appended. */
export function issuerPlaces(issuer: URL): readonly string[] {
  const { origin } = issuer;
  const path = issuer.pathname.replace(/\/$/, '');
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
  return [...new Set(places)];
}

/** Letter by letter (RFC 8414 §3.3), but for a final slash: with and without it, the metadata have the same places. */
export function isSameIssuer(one: string, other: string): boolean {
  return one === other || one === `${other}/` || other === `${one}/`;
}

/** Whether what a resource calls itself is this server: its own address, or one of the same origin that its path is below. */
export function isOwnResource(resource: string, server: URL): boolean {
  const url = URL.parse(resource);
  if (url === null || url.origin !== server.origin || url.search !== '' || url.hash !== '') return false;
  const folder = (path: string): string => (path.endsWith('/') ? path : `${path}/`);
  return folder(server.pathname).startsWith(folder(url.pathname));
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Why an address of an authorization server is not used, or undefined; secrets travel without TLS on this machine alone. */
export function addressFault(address: string | undefined, allowPrivate: boolean): string | undefined {
  const url = URL.parse(address ?? '');
  if (url === null) return 'expected an address';
  if (url.username !== '' || url.password !== '') return 'expected an address without user name and password';
  if (url.hash !== '') return 'expected an address without a fragment';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:' && allowPrivate && LOOPBACK.test(url.hostname)) return undefined;
  return 'expected an address that begins with https://';
}
