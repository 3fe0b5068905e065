/**
 * Single sign-on by OpenID Connect: from a provider's settings to an address to go to, and from what comes back to proven
 * claims. Knows no person, no store and no HTTP of ours; opens no socket, but is given a way to ask. What claims mean is
 * decided by `control`.
 */

export { fetchOf, Unavailable } from './ask.ts';
export { isObject, mailboxOf } from './claims.ts';
export type {
  Ask,
  AskedAnswer,
  Begun,
  Claims,
  Flow,
  Logout,
  Provider,
  ProviderFault,
  Returned,
  Vouched,
  VouchedClient,
} from './contract.ts';
export { Discovery } from './discovery.ts';
export { guarded } from './guarded.ts';
export { isOver, isRefusal, saidCode, secretMethodOf } from './library.ts';
export { openSignOn, type SignOn } from './open.ts';
export { proveToken, readToken } from './signed.ts';
