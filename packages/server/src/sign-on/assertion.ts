import { OperationProcessingError } from 'oauth4webapi';
import { ASSERTION_MS, type Clock, ID_TOKEN_LATE_S, PROVIDER_AHEAD_S } from '../limits/index.ts';
import { askedSecondFactor, isGivenName, type Raw } from './claims.ts';
import type { Provider, Vouched } from './contract.ts';
import type { Discovered } from './discovery.ts';
import { proveToken, readToken } from './signed.ts';

const KIND = 'oauth-id-jag+jwt';
const MS_PER_SECOND = 1_000;

/**
 * Claims that narrow what it says, or make it somebody else's, and that nothing here looks at: a key that has to be shown (RFC 7800), who acts for the
 * person, what may be done in detail (RFC 9396), of which tenant the subject is.
 */
const UNREAD = ['cnf', 'act', 'authorization_details', 'tenant'] as const;

/** For whom an assertion has to be. */
export type VouchedFor = {
  /** Issuer of the authorization server that it is shown to. */
  readonly audience: string;
  /** Who shows it, once that is known for certain. */
  readonly client: string;
  /** The one scope that there is. */
  readonly scope: string;
};

type Own = { readonly provider: Provider; readonly clock: Clock };

/**
 * What an identity assertion for an agent says (draft-ietf-oauth-identity-assertion-authz-grant, 5.1), once its signature, issuer, audience, client and times are
 * checked. Whether it was shown before, and what its addresses are, is not known here. Throws as the library does.
 */
export async function readAssertion(
  discovered: Discovered,
  { clock, provider }: Own,
  { token, ...wanted }: VouchedFor & { readonly token: string },
): Promise<Vouched> {
  // Read before the signature is checked, and believed afterwards.
  const { claims, header } = readToken(token);
  if (header['typ'] !== KIND) throw refused(`expected the kind (typ) ${KIND}`);
  checkFor(claims, wanted);
  const vouched = vouchedBy(claims, { provider, clock });
  await proveToken(discovered, { issuer: provider.issuer, audience: wanted.audience, clock }, token);
  return vouched;
}

function checkFor({ aud, client_id, scope, ...claims }: Raw, wanted: VouchedFor): void {
  const [only, ...others] = [aud].flat();
  // Whoever else it is for could show it here.
  if (only !== wanted.audience || others.length > 0)
    throw refused(`expected the audience (aud) ${wanted.audience} alone`);
  if (client_id !== wanted.client) throw refused('it is for another client (client_id)');
  const unread = UNREAD.find((name) => claims[name] !== undefined);
  if (unread !== undefined) throw refused(`it has the claim ${unread}, which is not read here`);
  // A provider that names others alone means less than the one that there is.
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : undefined;
  const isFor = scope === undefined || scopes?.length === 0 || scopes?.includes(wanted.scope) === true;
  if (!isFor) throw refused(`expected the scope ${wanted.scope}, or none`);
}

function vouchedBy(claims: Raw, { clock, provider }: Own): Vouched {
  const { exp, iat, jti, resource, sub } = claims;
  const resources = [resource].flat().filter(isGivenName);
  const nowS = clock.wallMs() / MS_PER_SECOND;
  if (!isGivenName(sub)) throw refused('it names nobody (sub)');
  if (!isGivenName(jti)) throw refused('it has no id (jti)');
  if (resources.length === 0 || resources.length !== [resource].flat().length)
    throw refused('it names no address (resource)');
  if (typeof iat !== 'number' || typeof exp !== 'number') throw refused('it has no times (iat, exp)');
  const untilS = Math.min(exp + ID_TOKEN_LATE_S, iat + ASSERTION_MS / MS_PER_SECOND);
  if (!(iat <= nowS + PROVIDER_AHEAD_S && nowS < untilS)) throw refused('it is over, or from later than now');
  return {
    ...{ issuer: provider.issuer, subject: sub, resources },
    askedSecondFactor: askedSecondFactor(provider, claims),
    message: { id: jti, untilMs: Math.ceil(untilS * MS_PER_SECOND) },
  };
}

function refused(why: string): OperationProcessingError {
  return new OperationProcessingError(why);
}
