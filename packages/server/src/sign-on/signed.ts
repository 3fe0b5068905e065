import * as oauth from 'oauth4webapi';
import type { Clock } from '../limits/index.ts';
import type { Raw } from './claims.ts';
import type { Discovered } from './discovery.ts';
import { clientOf, libraryOptions } from './library.ts';

type Parts = { readonly header: Raw; readonly claims: Raw };

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

/** Checks signature, issuer, audience and times of a token; throws as the library does. */
export async function proveToken(
  { fetch, keys, metadata }: Discovered,
  { audience, clock, issuer }: Expected,
  token: string,
): Promise<void> {
  // Issuers sign all of their tokens as their ID tokens; the library has this check for another kind of signed message.
  const algorithms = metadata.id_token_signing_alg_values_supported;
  const signedSo =
    algorithms === undefined
      ? metadata
      : { ...metadata, authorization_signing_alg_values_supported: algorithms };
  await oauth.validateJwtAuthResponse(
    signedSo,
    clientOf({ clientId: audience }, clock),
    new URLSearchParams({ response: token }),
    oauth.skipStateCheck,
    { ...libraryOptions({ issuer }, fetch), [oauth.jwksCache]: keys },
  );
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
