import * as oauth from 'oauth4webapi';
import { type Clock, ID_TOKEN_LATE_S, LOGOUT_TOKEN_S } from '../limits/index.ts';
import { isGivenName, isObject, type Raw, sessionOf } from './claims.ts';
import type { Logout, Provider } from './contract.ts';
import type { Discovered } from './discovery.ts';
import { clientOf, libraryOptions } from './library.ts';
import { readToken, SIGNED } from './signed.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** What a provider may call the kind of its token; some name none. */
const KINDS = new Set(['jwt', 'logout+jwt', 'application/logout+jwt']);
const MS_PER_SECOND = 1_000;

type Own = { readonly provider: Provider; readonly clock: Clock };

/**
 * What a logout token says (OpenID Connect Back-Channel Logout 1.0, 2.6), once signature, issuer, audience and times are checked, and that it is
 * no token of another kind. Whether it was seen before is not known here. Throws as the library does.
 */
export async function readLogout(
  discovered: Discovered,
  { clock, provider }: Own,
  token: string,
): Promise<Logout> {
  // Read before the signature is checked, and believed afterwards.
  const { claims, header } = readToken(token);
  const { typ = 'JWT' } = header;
  if (typeof typ !== 'string' || !KINDS.has(typ.toLowerCase())) throw refused('its kind is another one');
  const logout = logoutOf(claims, clock);
  await proveLogout(discovered, { clock, provider }, token);
  return logout;
}

/** As the library reads a signed answer to a browser: there alone a subject may be missing. */
async function proveLogout(
  { fetchKeys, keys, signer }: Discovered,
  { clock, provider }: Own,
  token: string,
): Promise<void> {
  if (!SIGNED.test(token)) throw refused('it is no token');
  await oauth.validateJwtAuthResponse(
    signer,
    clientOf(provider, clock),
    new URLSearchParams({ response: token }),
    oauth.skipStateCheck,
    { ...libraryOptions(provider, fetchKeys), [oauth.jwksCache]: keys },
  );
}

function logoutOf(claims: Raw, clock: Clock): Logout {
  const { events, exp, iat, jti, nonce, sub } = claims;
  const nowS = clock.wallMs() / MS_PER_SECOND;
  if (!isObject(events) || !isObject(events[EVENT])) throw refused('it is about no logout');
  if (nonce !== undefined) throw refused('a logout token has no nonce');
  if (!isGivenName(jti)) throw refused('it has no id');
  if (typeof iat !== 'number' || typeof exp !== 'number') throw refused('it has no times');
  const untilS = Math.min(exp + ID_TOKEN_LATE_S, iat + LOGOUT_TOKEN_S);
  if (!(iat <= nowS + LOGOUT_TOKEN_S && nowS < untilS)) throw refused('it is over, or from later than now');
  const message = { id: jti, untilMs: Math.ceil(untilS * MS_PER_SECOND) };
  const issuerSession = sessionOf(claims);
  const named = issuerSession === undefined ? undefined : { issuerSession };
  if (isGivenName(sub)) return { which: { subject: sub, ...named }, message };
  if (sub !== undefined || named === undefined) throw refused('it names nobody, and no session');
  return { which: named, message };
}

function refused(why: string): oauth.OperationProcessingError {
  return new oauth.OperationProcessingError(`the logout token is refused: ${why}`);
}
