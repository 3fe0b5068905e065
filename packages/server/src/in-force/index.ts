/** What decides calls now, and how another configuration, or what people registered, takes its place: all of it or nothing. */
export { addressesOf, askSignOn, type Live, openLive, registryOf, urlOf } from './live.ts';
export { offeredTools } from './offered-tools.ts';
export { ORGANIZATION } from './registry.ts';
export { checkStored } from './stored-servers.ts';
