/**
 * A store that one process holds, for others of the same gateway. Only what the data plane asks of it travels: there is no second
 * store, no second counter and no second log. Nothing here knows how messages travel, or what processes there are.
 */
export type { StoreAsks, StoreNews } from './asks.ts';
export { GRANTS_IN_A_MESSAGE } from './bounds.ts';
export { type Answers, Line } from './line.ts';
export { openRemoteStore, type RemoteStore } from './remote-store.ts';
export { serveStore } from './serve-store.ts';
