/**
 * From credentials to an `Agent` or nothing. Knows tokens and the state of grants; knows no HTTP, no policy and no
 * upstream. Says the same to every refused credential.
 */
export { type Agent, identify, opens } from './authenticate.ts';
export { STACK_SEPARATOR, stackFault } from './stack.ts';
export { hashToken, type MintedToken, mintToken, tokenFault } from './token.ts';
