/**
 * From a proof that a token's key signed (DPoP, RFC 9449) to whether a request comes from who has that key. Knows no HTTP, no grant and no
 * store; what it remembers is bounded, and of proofs that were good alone.
 */
export { PROOF_ALGORITHMS } from './keys.ts';
export { type Judged, PROOF_NONCE, Proofs, proofSecret } from './proofs.ts';
