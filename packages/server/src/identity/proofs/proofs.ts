import { hash, hkdfSync } from 'node:crypto';
import type { JsonObject } from '@boomgate/engine';
import { type Clock, PROOF_AHEAD_MS, PROOF_KEYS_KEPT, PROOF_MS } from '../../limits/index.ts';
import { type ProofKey, readProofKey } from './keys.ts';
import { Nonces } from './nonces.ts';
import { objectIn, type Parts, readParts } from './read.ts';
import { Seen } from './seen.ts';

export type Shown = {
  /** The value of the one `DPoP` header; undefined when there is none. */
  readonly proof: string | undefined;
  readonly method: string;
  /** What was asked for at the gateway's configured address, without a query. */
  readonly address: string;
  /** The token that is presented with it, the thumbprint of the key that it is bound to, and the grant that it opens; absent where a token is asked for. */
  readonly token?: { readonly value: string; readonly boundTo: string; readonly grant: string };
};

/** What a client is told of its proof; `nonce` is what its next one is to hold. */
export type Judged =
  | { readonly kind: 'proven'; readonly thumbprint: string; readonly nonce?: string }
  /** All is right but the time. */
  | { readonly kind: 'stale'; readonly why: string; readonly nonce: string }
  /** More proofs were shown than can be remembered. */
  | { readonly kind: 'full'; readonly why: string }
  | { readonly kind: 'token' | 'proof'; readonly why: string };

/** The header with what the next proof of a client is to hold. */
export const PROOF_NONCE = 'DPoP-Nonce';
const STALE = `the clock is off: put the nonce of the header ${PROOF_NONCE} into the proof`;
const FULL = 'more proofs came than can be remembered';

/** In the place of a grant: all who ask for a token. */
const ASKING = '';

const MS_PER_SECOND = 1_000;

/** The same in all processes and replicas, from a key that all of them have. */
export function proofSecret(key: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'boomgate nonces of proofs 1', 32));
}

/** Judges proofs by RFC 9449 §4.3, each of which counts once in this process. */
export class Proofs {
  readonly #clock: Clock;
  readonly #nonces: Nonces;
  readonly #seen = new Seen();
  /** By the header that names them, of those that were good; the oldest first. */
  readonly #keys = new Map<string, ProofKey>();

  constructor(clock: Clock, secret: Buffer) {
    this.#clock = clock;
    this.#nonces = new Nonces(secret);
  }

  /** Key → what the proof is about → signature → time → once. Only whose key it is hears of the time. */
  judge({ proof, ...shown }: Shown): Judged {
    if (proof === undefined) return refused('expected a proof in the header DPoP');
    const parts = readParts(proof);
    if (parts === undefined) return refused('expected one signed proof (JWT)');
    const key = this.#keys.get(parts.head) ?? readKey(parts.head);
    if (typeof key === 'string') return refused(key);
    const { boundTo = key.thumbprint } = shown.token ?? {};
    if (boundTo !== key.thumbprint)
      return { kind: 'token', why: 'the token is bound to another key than that of the proof' };
    const fault = faultOf(parts.claims, shown);
    if (fault !== undefined) return refused(fault);
    if (!key.hasSigned(parts.signed, parts.signature)) return refused('the key has not signed this proof');
    return this.#atItsTime(parts, key, shown.token?.grant ?? ASKING);
  }

  #atItsTime({ claims, head }: Parts, key: ProofKey, holder: string): Judged {
    const { iat, jti, nonce } = claims;
    const nowMs = this.#clock.wallMs();
    const next = this.#nonces.next(nowMs);
    const isTimely =
      typeof nonce === 'string' ? this.#nonces.isGood(nonce, nowMs) : isRecent(Number(iat), nowMs);
    if (!isTimely) return { kind: 'stale', why: STALE, nonce: next };
    const { thumbprint } = key;
    const taken = this.#seen.take(hash('sha256', `${thumbprint}${String(jti)}`, 'base64url'), {
      holder,
      nowMs: this.#clock.monotonicMs(),
    });
    if (taken === 'full') return { kind: 'full', why: FULL };
    if (taken === 'seen') return refused('the proof was shown before');
    this.#hold(head, key);
    const isOlder = typeof nonce === 'string' && nonce !== next;
    return { kind: 'proven', thumbprint, ...(isOlder ? { nonce: next } : {}) };
  }

  #hold(head: string, key: ProofKey): void {
    if (this.#keys.has(head)) return;
    this.#keys.set(head, key);
    if (this.#keys.size <= PROOF_KEYS_KEPT) return;
    const [oldest = head] = this.#keys.keys();
    this.#keys.delete(oldest);
  }
}

function readKey(head: string): ProofKey | string {
  const header = objectIn(head);
  return header === undefined ? 'expected one signed proof (JWT)' : readProofKey(header);
}

function faultOf(
  { ath, htm, htu, iat, jti, nonce }: JsonObject,
  { address, method, token }: Omit<Shown, 'proof'>,
): string | undefined {
  if (typeof jti !== 'string' || jti === '') return 'expected jti to be a text';
  if (typeof iat !== 'number') return 'expected iat to be a number';
  if (nonce !== undefined && typeof nonce !== 'string') return 'expected nonce to be a text';
  if (htm !== method) return `expected htm to be ${method}`;
  if (typeof htu !== 'string' || !isSame(htu, address)) return `expected htu to be ${address}`;
  if (token !== undefined && ath !== hash('sha256', token.value, 'base64url'))
    return 'expected ath to be of the token';
  return undefined;
}

function isRecent(issuedAtS: number, nowMs: number): boolean {
  const ageMs = nowMs - issuedAtS * MS_PER_SECOND;
  return ageMs <= PROOF_MS && ageMs >= -PROOF_AHEAD_MS;
}

/** Clients write an address with and without the final slash, and leave the query away or not. */
function isSame(told: string, address: string): boolean {
  const plainTold = plain(told);
  return told === address || (plainTold !== undefined && plainTold === plain(address));
}

function plain(address: string): string | undefined {
  const url = URL.parse(address);
  return url === null ? undefined : `${url.origin}${url.pathname}`.replace(/\/$/, '');
}

function refused(why: string): Judged {
  return { kind: 'proof', why };
}
