import * as oauth from 'oauth4webapi';
import type { Clock } from '../limits/index.ts';
import { isObject, type Raw } from './claims.ts';
import type { Discovered } from './discovery.ts';
import { clientOf, libraryOptions } from './library.ts';

type Parts = { readonly header: Raw; readonly claims: Raw };

/** Three parts in the alphabet that they have (RFC 7515 §7.1): whatever else is read otherwise by one reader than by the next. */
export const SIGNED = /^[\w-]+\.[\w-]+\.[\w-]+$/;

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

/**
 * Checks signature, issuer, audience and times of a token about somebody; throws as the library does, and `Unavailable` where there are no
 * keys. What else it says is left alone: the library reads it as what a userinfo endpoint signs, in which no claim means anything to it.
 */
export async function proveToken(
  { fetchKeys, keys, signer }: Discovered,
  { audience, clock, issuer }: Expected,
  token: string,
): Promise<void> {
  if (!SIGNED.test(token)) throw new oauth.OperationProcessingError('it is no token');
  const { aud, exp, iss } = readToken(token).claims;
  for (const [name, value] of Object.entries({ aud, exp, iss }))
    if (value === undefined) throw new oauth.OperationProcessingError(`it has no ${name}`);
  const message = new Response(token, { headers: { 'content-type': 'application/jwt' } });
  const client = clientOf({ clientId: audience }, clock);
  await oauth.processUserInfoResponse(signer, client, oauth.skipSubjectCheck, message);
  const options = { ...libraryOptions({ issuer }, fetchKeys), [oauth.jwksCache]: keys };
  await oauth.validateApplicationLevelSignature(signer, message, options);
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
