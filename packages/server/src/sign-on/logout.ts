import * as oauth from 'oauth4webapi';
import { type Clock, ID_TOKEN_LATE_S, LOGOUT_TOKEN_S } from '../limits/index.ts';
import { type Raw, sessionOf } from './claims.ts';
import type { Logout, Provider } from './contract.ts';
import type { Discovered } from './discovery.ts';
import { clientOf, libraryOptions } from './library.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** What a provider may call the kind of its token; some name none. */
const KINDS = new Set(['jwt', 'logout+jwt', 'application/logout+jwt']);
const ID_LENGTH_MAX = 1_024;
const MS_PER_SECOND = 1_000;

type Own = { readonly provider: Provider; readonly clock: Clock };

/**
 * What a logout token says (OpenID Connect Back-Channel Logout 1.0, 2.6), once signature, issuer, audience and times are checked, and that it is
 * no token of another kind. Whether it was seen before is not known here. Throws as the library does.
 */
export async function readLogout(
  { fetch, keys, metadata }: Discovered,
  { clock, provider }: Own,
  token: string,
): Promise<Logout> {
  // Read before the signature is checked, and believed afterwards.
  const [header, claims] = [partOf(token, 0), partOf(token, 1)];
  const { typ = 'JWT' } = header;
  if (typeof typ !== 'string' || !KINDS.has(typ.toLowerCase())) throw refused('its kind is another one');
  const logout = logoutOf(claims, clock);
  // A provider signs its logout tokens as its ID tokens; the library has this check for another kind of signed message.
  const algorithms = metadata.id_token_signing_alg_values_supported;
  const signedSo =
    algorithms === undefined
      ? metadata
      : { ...metadata, authorization_signing_alg_values_supported: algorithms };
  await oauth.validateJwtAuthResponse(
    signedSo,
    clientOf(provider, clock),
    new URLSearchParams({ response: token }),
    oauth.skipStateCheck,
    { ...libraryOptions(provider, fetch), [oauth.jwksCache]: keys },
  );
  return logout;
}

function logoutOf(claims: Raw, clock: Clock): Logout {
  const { events, exp, iat, jti, nonce, sub } = claims;
  const nowS = clock.wallMs() / MS_PER_SECOND;
  if (!isObject(events) || !isObject(events[EVENT])) throw refused('it is about no logout');
  if (nonce !== undefined) throw refused('a logout token has no nonce');
  if (typeof jti !== 'string' || jti === '' || jti.length > ID_LENGTH_MAX) throw refused('it has no id');
  if (typeof iat !== 'number' || typeof exp !== 'number') throw refused('it has no times');
  const untilS = Math.min(exp + ID_TOKEN_LATE_S, iat + LOGOUT_TOKEN_S);
  if (!(iat <= nowS + LOGOUT_TOKEN_S && nowS < untilS)) throw refused('it is over, or from later than now');
  const message = { id: jti, untilMs: Math.ceil(untilS * MS_PER_SECOND) };
  const issuerSession = sessionOf(claims);
  const named = issuerSession === undefined ? undefined : { issuerSession };
  if (typeof sub === 'string' && sub !== '') return { which: { subject: sub, ...named }, message };
  if (sub !== undefined || named === undefined) throw refused('it names nobody, and no session');
  return { which: named, message };
}

function partOf(token: string, index: 0 | 1): Raw {
  try {
    const text = Buffer.from(token.split('.')[index] ?? '', 'base64url').toString();
    const part: unknown = JSON.parse(text);
    if (isObject(part)) return part as Raw; // a cast: it was JSON
  } catch {
    // Said below.
  }
  throw refused('it is no token');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(why: string): oauth.OperationProcessingError {
  return new oauth.OperationProcessingError(`the logout token is refused: ${why}`);
}
