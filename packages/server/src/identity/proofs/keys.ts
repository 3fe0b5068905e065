import { constants, hash, type KeyObject, verify } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { publicKeyOf, RSA_BITS_MIN, rsaBitsOf } from '../../public-keys.ts';

type Algorithm = {
  readonly kty: 'EC' | 'OKP' | 'RSA';
  readonly crv?: string;
  /** Absent where the algorithm has its own. */
  readonly digest?: string;
  readonly isPss?: true;
};

/** Asymmetric ones alone (RFC 9449 §11.6): all that the official SDKs sign with. */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  ES256: { kty: 'EC', crv: 'P-256', digest: 'sha256' },
  ES384: { kty: 'EC', crv: 'P-384', digest: 'sha384' },
  ES512: { kty: 'EC', crv: 'P-521', digest: 'sha512' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  PS256: { kty: 'RSA', digest: 'sha256', isPss: true },
  PS384: { kty: 'RSA', digest: 'sha384', isPss: true },
  PS512: { kty: 'RSA', digest: 'sha512', isPss: true },
  RS256: { kty: 'RSA', digest: 'sha256' },
  RS384: { kty: 'RSA', digest: 'sha384' },
  RS512: { kty: 'RSA', digest: 'sha512' },
};

export const PROOF_ALGORITHMS: readonly string[] = Object.keys(ALGORITHMS);

/** Stronger ones take longer than a request may. */
const RSA_BITS_MAX = 4_096;
/** The one exponent in use: larger ones take longer. */
const RSA_EXPONENT = 65_537n;

/** What a key is made of, in the order of its thumbprint (RFC 7638 §3.2). */
const MEMBERS = { EC: ['crv', 'kty', 'x', 'y'], OKP: ['crv', 'kty', 'x'], RSA: ['e', 'kty', 'n'] } as const;
/** Of private keys, and of those that both sides have. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The key that a proof names. */
export type ProofKey = {
  readonly thumbprint: string;
  readonly hasSigned: (signed: string, signature: Buffer) => boolean;
};

/** By the header of a proof (RFC 9449 §4.2), or what is wrong with it. */
export function readProofKey(header: JsonObject): ProofKey | string {
  const { alg, crit, jwk, typ } = header;
  if (typ !== 'dpop+jwt') return 'expected typ to be dpop+jwt';
  if (crit !== undefined) return 'expected no crit';
  const algorithm = typeof alg === 'string' && Object.hasOwn(ALGORITHMS, alg) ? ALGORITHMS[alg] : undefined;
  if (algorithm === undefined) return `expected alg to be one of ${PROOF_ALGORITHMS.join(', ')}`;
  if (!isJsonObject(jwk) || SECRET_MEMBERS.some((name) => Object.hasOwn(jwk, name)))
    return 'expected jwk to be a public key';
  const members = MEMBERS[algorithm.kty].map((name): [string, Json] => [name, jwk[name] ?? null]);
  const isFit = jwk['kty'] === algorithm.kty && jwk['crv'] === algorithm.crv;
  if (!isFit || members.some(([, value]) => typeof value !== 'string'))
    return 'expected jwk to be a key for alg';
  const made = Object.fromEntries(members);
  const key = publicKeyOf(made);
  if (key === undefined || !isInBounds(key)) return 'expected jwk to be a key of a common strength';
  return {
    thumbprint: hash('sha256', JSON.stringify(made), 'base64url'),
    hasSigned: (signed, signature) =>
      verify(algorithm.digest, Buffer.from(signed), { key, ...formOf(algorithm) }, signature),
  };
}

function formOf({ isPss }: Algorithm): object {
  if (isPss !== true) return { dsaEncoding: 'ieee-p1363' };
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

function isInBounds(key: KeyObject): boolean {
  const bits = rsaBitsOf(key);
  if (bits === undefined) return true;
  if (key.asymmetricKeyDetails?.publicExponent !== RSA_EXPONENT) return false;
  return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX;
}
