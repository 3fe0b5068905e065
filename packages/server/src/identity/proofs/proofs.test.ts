import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { calculateJwkThumbprint, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { PROOF_AHEAD_MS, PROOF_KEPT_MS, PROOF_LENGTH_MAX, PROOF_MS } from '../../limits/index.ts';
import { PROOF_ALGORITHMS } from './keys.ts';
import { Nonces } from './nonces.ts';
import { Proofs } from './proofs.ts';
import { Seen } from './seen.ts';

const ADDRESS = 'https://gate.example/mcp-oauth/files/';
const START_MS = 1_800_000_000_000;
const SECRET = Buffer.alloc(32, 7);

const rsa = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent });
/** Two are enough, by turns: making one takes long. */
const RSA_KEYS = [rsa(2_048), rsa(2_048)] as const;
let turn = 0;

const PAIRS = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  OKP: () => generateKeyPairSync('ed25519'),
  RSA: () => {
    turn += 1;
    return turn % 2 === 0 ? RSA_KEYS[0] : RSA_KEYS[1];
  },
};
const pairFor = (alg: string) =>
  (alg.startsWith('Ed') ? PAIRS.OKP : /^[PR]S/.test(alg) ? PAIRS.RSA : PAIRS[alg as 'ES256'])();

function started() {
  let nowMs = START_MS;
  const proofs = new Proofs({ wallMs: () => nowMs, monotonicMs: () => nowMs }, SECRET);
  return { proofs, pass: (ms: number) => (nowMs += ms) };
}

let count = 0;
function proven(pair: ReturnType<typeof pairFor>, alg: string, claims: object = {}, header: object = {}) {
  count += 1;
  const own = { jti: `proof ${count}`, htm: 'POST', htu: ADDRESS, iat: START_MS / 1_000, ...claims };
  return new SignJWT(own)
    .setProtectedHeader({
      alg,
      typ: 'dpop+jwt',
      jwk: pair.publicKey.export({ format: 'jwk' }) as never,
      ...header,
    })
    .sign(pair.privateKey);
}

const asked = (proof: string) => ({ proof, method: 'POST', address: ADDRESS });

describe('a proof', () => {
  it.each(PROOF_ALGORITHMS)(
    'is taken that is signed by %s, of the key whose thumbprint RFC 7638 has',
    async (alg) => {
      const pair = pairFor(alg);
      const { proofs } = started();
      const thumbprint = await calculateJwkThumbprint(pair.publicKey.export({ format: 'jwk' }) as never);
      // Read anew, and as it is held.
      for (let round = 0; round < 2; round += 1)
        expect(proofs.judge(asked(await proven(pair, alg)))).toEqual({ kind: 'proven', thumbprint });
      const signedByAnother = await proven(
        pairFor(alg),
        alg,
        {},
        { jwk: pair.publicKey.export({ format: 'jwk' }) },
      );
      expect(proofs.judge(asked(signedByAnother)).kind).toBe('proof');
    },
  );

  it('is not taken of a key that is weak, costs too much, or is for another algorithm', async () => {
    const { proofs } = started();
    const signedBy = ({ privateKey, publicKey }: ReturnType<typeof rsa>, alg = 'RS256') => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const jwk = publicKey.export({ format: 'jwk' });
      const signed = `${part({ alg, typ: 'dpop+jwt', jwk })}.${part({ jti: 'x', htm: 'POST', htu: ADDRESS, iat: START_MS / 1_000 })}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    };
    expect(proofs.judge(asked(signedBy(PAIRS.RSA()))).kind).toBe('proven');
    for (const wrong of [rsa(1_024), rsa(2_048, 3)])
      expect(proofs.judge(asked(signedBy(wrong)))).toMatchObject({
        kind: 'proof',
        why: expect.stringContaining('strength'),
      });
    for (const alg of ['ES256', 'ES384', 'EdDSA', 'HS256', 'none', 'toString'])
      expect(proofs.judge(asked(signedBy(PAIRS.RSA(), alg))).kind).toBe('proof');
  });

  it('is not taken of a key of another curve than that of its algorithm, or for another method', async () => {
    const { proofs } = started();
    const { privateKey, publicKey } = PAIRS.ES384();
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = { alg: 'ES256', typ: 'dpop+jwt', jwk: publicKey.export({ format: 'jwk' }) };
    const claims = { jti: 'x', htm: 'POST', htu: ADDRESS, iat: START_MS / 1_000 };
    const signed = `${part(head)}.${part(claims)}`;
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
    const proof = `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
    expect(proofs.judge(asked(proof))).toMatchObject({ kind: 'proof', why: expect.stringContaining('alg') });
    const other = await proven(pairFor('ES256'), 'ES256', { htm: 'GET' });
    expect(proofs.judge(asked(other)).kind).toBe('proof');
  });

  it('is new for a while, and may be a little early', async () => {
    const pair = pairFor('ES256');
    const { proofs } = started();
    const of = async (ageMs: number) => {
      const iat = (START_MS - ageMs) / 1_000;
      return proofs.judge(asked(await proven(pair, 'ES256', { iat }))).kind;
    };
    expect(await Promise.all([PROOF_MS, -PROOF_AHEAD_MS].map(of))).toEqual(['proven', 'proven']);
    expect(await Promise.all([PROOF_MS + 1, -PROOF_AHEAD_MS - 1].map(of))).toEqual(['stale', 'stale']);
  });

  it('is for its address, and none that only looks like it', async () => {
    const pair = pairFor('ES256');
    const { proofs } = started();
    const of = async (htu: unknown) => proofs.judge(asked(await proven(pair, 'ES256', { htu }))).kind;
    for (const same of [
      ADDRESS,
      ADDRESS.slice(0, -1),
      `${ADDRESS}?a=b#c`,
      ADDRESS.replace('gate', 'GATE'),
      ADDRESS.replace('/mcp', ':443/mcp'),
    ])
      expect([same, await of(same)]).toEqual([same, 'proven']);
    for (const other of [
      undefined,
      7,
      '',
      '/mcp-oauth/files/',
      `${ADDRESS}/`,
      `${ADDRESS}sse`,
      ADDRESS.replace('https', 'http'),
      ADDRESS.replace('gate', 'bait'),
      ADDRESS.replace('files', 'Files'),
    ])
      expect([other, await of(other)]).toEqual([other, 'proof']);
  });

  it('is remembered for longer than it is good, of whichever key', async () => {
    const [one, other] = [pairFor('ES256'), pairFor('ES256')];
    const { pass, proofs } = started();
    const [first, second] = [
      await proven(one, 'ES256', { jti: 'same' }),
      await proven(other, 'ES256', { jti: 'same' }),
    ];
    expect([first, second].map((proof) => proofs.judge(asked(proof)).kind)).toEqual(['proven', 'proven']);
    pass(PROOF_MS);
    expect(proofs.judge(asked(first))).toMatchObject({ kind: 'proof', why: 'the proof was shown before' });
  });

  it('is read up to a length', () => {
    expect(started().proofs.judge(asked(`a.${'b'.repeat(PROOF_LENGTH_MAX)}.c`)).kind).toBe('proof');
  });

  it('is bound to the token and to its key', async () => {
    const pair = pairFor('ES256');
    const { proofs } = started();
    const boundTo = await calculateJwkThumbprint(pair.publicKey.export({ format: 'jwk' }) as never);
    const ath = createHash('sha256').update('t').digest('base64url');
    const of = async (claims: object, token: { readonly value: string; readonly boundTo: string }) =>
      proofs.judge({ ...asked(await proven(pair, 'ES256', claims)), token: { ...token, grant: 'g' } }).kind;
    expect(await of({ ath }, { value: 't', boundTo })).toBe('proven');
    expect(await of({ ath }, { value: 'u', boundTo })).toBe('proof');
    expect(await of({ ath }, { value: 't', boundTo: 'another' })).toBe('token');
  });
});

describe('nonces', () => {
  it('are good from the minute before theirs to its end, and in no other gateway', () => {
    const nonces = new Nonces(SECRET);
    const nonce = nonces.next(START_MS);
    const after = (ms: number) => nonces.isGood(nonce, START_MS + ms);
    expect([0, 59_999, 60_000, 119_999].map(after)).toEqual([true, true, true, true]);
    expect([-1, 120_000].map(after)).toEqual([false, false]);
    expect(new Nonces(Buffer.alloc(32)).isGood(nonce, START_MS)).toBe(false);
    expect(nonces.isGood('', START_MS)).toBe(false);
  });
});

describe('what was shown', () => {
  it('is known for its time, and forgotten after twice that at the latest', () => {
    const seen = new Seen();
    expect(seen.take('a', { holder: 'g', nowMs: 0 })).toBe('taken');
    expect(seen.take('b', { holder: 'g', nowMs: PROOF_KEPT_MS - 1 })).toBe('taken');
    expect(seen.take('a', { holder: 'g', nowMs: PROOF_KEPT_MS })).toBe('seen');
    expect(seen.take('b', { holder: 'g', nowMs: 2 * PROOF_KEPT_MS - 2 })).toBe('seen');
    expect(seen.take('b', { holder: 'g', nowMs: 2 * PROOF_KEPT_MS })).toBe('taken');
    expect(seen.take('b', { holder: 'g', nowMs: 4 * PROOF_KEPT_MS })).toBe('taken');
  });

  it('is not forgotten for what comes later: that is not taken where there is no room', () => {
    const seen = new Seen(2);
    const shown = ['a', 'b', 'c', 'a'].map((one) => seen.take(one, { holder: one, nowMs: 0 }));
    expect(shown).toEqual(['taken', 'taken', 'full', 'seen']);
    expect(seen.take('c', { holder: 'g', nowMs: PROOF_KEPT_MS })).toBe('taken');
  });

  it('leaves as much room to the others as one takes, also where several show as much as they can', () => {
    const seen = new Seen(12);
    const taken = (holder: string, proofs: number) =>
      Array.from({ length: proofs }, (_, at) => seen.take(`${holder} ${at}`, { holder, nowMs: 0 })).filter(
        (one) => one === 'taken',
      ).length;
    expect(taken('greedy', 12)).toBe(6);
    expect(taken('as greedy', 12)).toBe(3);
    expect(taken('other', 1)).toBe(1);
  });
});
