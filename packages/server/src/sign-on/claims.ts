import type { JsonValue } from 'oauth4webapi';
import type { Claims, Provider } from './contract.ts';

/** Values of `acr` that mean several factors, as their authors define them. */
const MULTI_FACTOR = new Set([
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
]);
/** Groups that are looked at; directories of companies have more, a mapping needs few. */
const GROUPS_MAX = 1_000;

/** One mailbox as people write it: nothing in it says to whom another reader would send (RFC 5322 §3.4.1 has much more). */
const ADDRESS = /^[^\s\p{C}@<>()[\]\\,;:"]{1,64}@[^\s\p{C}@<>()[\]\\,;:"]{1,189}$/u;

/** Names that a provider made, of people, sessions and messages. Some characters no store keeps: one name would pass for another. */
const GIVEN_NAME = /^[^\p{Cc}\p{Cs}]{1,1024}$/u;

export const isGivenName = (value: unknown): value is string =>
  typeof value === 'string' && GIVEN_NAME.test(value);

export type Raw = Readonly<Record<string, JsonValue | undefined>>;

/** What an ID token, and the user info where it was needed, say in our words. The ID token's own claims win. */
export function readClaims(provider: Provider, identity: Raw, more: Raw): Claims {
  const said: Raw = { ...more, ...identity };
  // Both of the same place: one place's word on another's e-mail is worth nothing.
  const mail = identity['email'] === undefined ? more : identity;
  const { email, email_verified } = mail;
  const mailbox = mailboxOf(email);
  const isVouched = email_verified === undefined && provider.verifiedEmail === 'provider';
  const isProven = mailbox !== undefined && (email_verified === true || isVouched);
  const { [provider.groupsClaim]: groups, name } = said;
  const issuerSession = sessionOf(identity);
  return {
    issuer: String(identity['iss']),
    subject: String(identity['sub']),
    ...(isProven ? { email: mailbox } : {}),
    ...(typeof name === 'string' ? { name } : {}),
    groups: Array.isArray(groups)
      ? groups.slice(0, GROUPS_MAX).filter((group) => typeof group === 'string')
      : [],
    askedSecondFactor: askedSecondFactor(provider, identity),
    ...(issuerSession === undefined ? {} : { issuerSession }),
  };
}

/** A mailbox as it is compared; undefined for what is none. */
export function mailboxOf(value: unknown): string | undefined {
  // The sign for kelvin is a small "k" in lower case: whoever has a mailbox of that name would pass for another.
  const mailbox = typeof value === 'string' && value === value.normalize('NFKC') ? value.trim() : '';
  return ADDRESS.test(mailbox) ? mailbox.toLowerCase() : undefined;
}

/** OpenID Connect Back-Channel Logout 1.0, 2.1. */
export function sessionOf({ sid }: Raw): string | undefined {
  return isGivenName(sid) ? sid : undefined;
}

export function askedSecondFactor({ secondFactor }: Pick<Provider, 'secondFactor'>, claims: Raw): boolean {
  return secondFactor === 'provider' || saysSeveral(claims);
}

/** RFC 8176 has `mfa` for it. */
function saysSeveral({ acr, amr }: Raw): boolean {
  if (Array.isArray(amr) && amr.includes('mfa')) return true;
  return typeof acr === 'string' && MULTI_FACTOR.has(acr);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
