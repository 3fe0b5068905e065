import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

export type ProofOf = { readonly method: string; readonly address: URL; readonly token?: string };

/** A key of this process alone, to which its tokens are bound: whoever copies one cannot use it (DPoP, RFC 9449). */
export type ProofKey = {
  /** What shows that a request comes from who has the key; each is good once. */
  readonly proofOf: (request: ProofOf) => string;
  /** What the gateway wants in the next proofs, as the clock here is off; whether it is another than before. */
  readonly heard: (nonce: string) => boolean;
};

const MS_PER_SECOND = 1_000;

export function newProofKey(): ProofKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const head = part({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicKey.export({ format: 'jwk' }) });
  let nonce: string | undefined;
  return {
    proofOf: ({ address, method, token }) => {
      const claims = {
        ...{ jti: randomUUID(), htm: method, htu: `${address.origin}${address.pathname}` },
        iat: Math.floor(Date.now() / MS_PER_SECOND),
        ...(token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') }),
        ...(nonce === undefined ? {} : { nonce }),
      };
      const signed = `${head}.${part(claims)}`;
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
      return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
    },
    heard: (told) => {
      const isNews = told !== nonce;
      nonce = told;
      return isNews;
    },
  };
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
