import * as oauth from 'oauth4webapi';
import type { Clock } from '../limits/index.ts';
import { type ProviderFetch, Unavailable } from './ask.ts';
import type { Raw } from './claims.ts';
import type { Discovered } from './discovery.ts';
import { clientOf, libraryOptions } from './library.ts';

type Parts = { readonly header: Raw; readonly claims: Raw };

/** Three parts in the alphabet that they have (RFC 7515 §7.1): whatever else is read otherwise by one reader than by the next. */
const SIGNED = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const OK = 200;

/** What a signed token (JWT) says, whoever wrote it: believed only once it is proven. Throws as the library does. */
export function readToken(token: string): Parts {
  return { header: partOf(token, 0), claims: partOf(token, 1) };
}

type Expected = {
  readonly issuer: string;
  /** For whom it has to be. */
  readonly audience: string;
  readonly clock: Clock;
};

/** Checks signature, issuer, audience and times of a token; throws as the library does, and `Unavailable` where there are no keys. */
export async function proveToken(
  { fetchKeys, keys, signer }: Discovered,
  { audience, clock, issuer }: Expected,
  token: string,
): Promise<void> {
  if (!SIGNED.test(token)) throw new oauth.OperationProcessingError('it is no token');
  await oauth.validateJwtAuthResponse(
    signer,
    clientOf({ clientId: audience }, clock),
    new URLSearchParams({ response: token }),
    oauth.skipStateCheck,
    { ...libraryOptions({ issuer }, fetchKeys), [oauth.jwksCache]: keys },
  );
}

/** The way to an issuer's keys. */
export function keysBy(fetch: ProviderFetch): ProviderFetch {
  return async (url, options) => withKeys(await fetch(url, options));
}

/** An answer without keys says nothing about the token, which the library would have it say. */
async function withKeys(response: Response): Promise<Response> {
  if (response.status !== OK) throw new Unavailable(`expected its keys, found HTTP ${response.status}`);
  const said: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (!isObject(said) || !Array.isArray(said['keys']) || !said['keys'].every(isObject))
    throw new Unavailable('expected its keys, found something else');
  return response;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function partOf(token: string, index: 0 | 1): Raw {
  try {
    const text = Buffer.from(token.split('.')[index] ?? '', 'base64url').toString();
    const part: unknown = JSON.parse(text);
    if (isObject(part)) return part as Raw; // a cast: it was JSON
  } catch {
    // Said below.
  }
  throw new oauth.OperationProcessingError('it is no token');
}
