/**
 * From credentials to an `Agent`, an `Operator` or nothing. Knows tokens, the state of grants, and people; knows no HTTP, no
 * policy and no upstream. Says the same to every refused credential.
 */
export { addressKey, senderOf, toldAddress } from './addresses.ts';
export {
  type Agent,
  type BoundToken,
  type Credential,
  findNewGrant,
  grantBehind,
  identify,
  isWithProof,
  opens,
} from './authenticate.ts';
export { takesFrom } from './networks.ts';
export * from './people/index.ts';
export * from './proofs/index.ts';
export { STACK_SEPARATOR, stackFault } from './stack.ts';
export { hashToken, isPresentable, type MintedToken, mintSecret, mintToken, tokenFault } from './token.ts';
