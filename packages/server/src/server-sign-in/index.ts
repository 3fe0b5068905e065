/**
 * Signing the gateway in at servers that want OAuth: from what a server refuses with to tokens, and their renewal. Opens no socket, but is
 * given a way to ask; keeps everything in the store; knows no person, no HTTP of ours and no call.
 */
export { clientDocument } from './client.ts';
export type { Flow, Returned, SignInFault, SignInServer } from './contract.ts';
export { openSignInDesk, type SignInDesk } from './desk.ts';
export { farewell, type Left } from './farewell.ts';
