/**
 * The gateway as the authorization server of agents that sign in by themselves. Knows grants, and neither people, policies nor calls:
 * who may consent to what is decided where people are.
 */
export type * from './contract.ts';
export { openAgentSignIn } from './desk.ts';
export { mayGive, mayGiveOwn } from './may-give.ts';
export { endSignedIn, signedInAgents, signedOutAct } from './signed-in.ts';
