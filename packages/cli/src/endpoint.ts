export { endpointOf, signInEndpointOf } from '@boomgate/catalogue/clients';

/** Where a gateway listens unless it is told otherwise; loopback only. */
export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 7411;
export const DEFAULT_URL = `http://${DEFAULT_HOST}:${DEFAULT_PORT}`;

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/**
 * The base of a gateway's URL, without a final slash. Plain http is taken for loopback only, because a grant's
 * token would travel readable.
 */
export function parseGatewayUrl(text: string): Parsed<string> {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return {
      ok: false,
      message: `expected an http or https URL such as ${DEFAULT_URL}, found ${shown(text)}`,
    };
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return { ok: false, message: 'expected a URL without user name, password, query and fragment' };
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return {
      ok: false,
      message: `expected https for ${url.hostname}: over plain http the grant token could be read on the way`,
    };
  }
  return { ok: true, value: `${url.origin}${url.pathname.replace(/\/+$/, '')}` };
}

/** Whether an address that does not fit may hold a password or a token, so that it must not be repeated. */
export function mayHoldSecret(text: string): boolean {
  return /[@?#]/.test(text);
}

function shown(text: string): string {
  return mayHoldSecret(text)
    ? 'something else (it is not repeated, as it may hold a password)'
    : JSON.stringify(text);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
