import { createHash, randomUUID } from 'node:crypto';
import type { DpopKeyPair } from '@modelcontextprotocol/client';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';

export type ProofOf = { readonly method?: string; readonly address: string; readonly token?: string };

/** The key of a client, and proofs that it signs (RFC 9449), with what is to be wrong in them. */
export async function proofKey(alg: DpopKeyPair['alg'] = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return {
    jwk,
    /** As the official client takes it. */
    keyPair: { privateKey, publicKey, publicJwk: jwk, thumbprint: await calculateJwkThumbprint(jwk), alg },
    sign: ({ address, method = 'POST', token }: ProofOf, more: object = {}, header: object = {}) => {
      const ath = token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') };
      const iat = Math.floor(Date.now() / 1_000);
      return new SignJWT({ jti: randomUUID(), htm: method, htu: address, iat, ...ath, ...more })
        .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk, ...header })
        .sign(privateKey);
    },
  };
}
export type TestKey = Awaited<ReturnType<typeof proofKey>>;
