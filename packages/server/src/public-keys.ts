import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

/** The public key of a JSON Web Key (RFC 7517); undefined where it is none. */
export function publicKeyOf(jwk: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** Of RSA: shorter ones are no proof. */
export const RSA_BITS_MIN = 2_048;

/** The length of its modulus, of an RSA key. */
export function rsaBitsOf({ asymmetricKeyDetails, asymmetricKeyType }: KeyObject): number | undefined {
  return asymmetricKeyType === 'rsa' ? asymmetricKeyDetails?.modulusLength : undefined;
}
