/**
 * A store that one process holds, for others of the same gateway. Only what the data plane asks of it travels: there is no second
 * store, no second counter and no second log. Nothing here knows how messages travel, or what processes there are.
 */
export type { StoreAsks, StoreNews } from './asks.ts';
export { GRANTS_IN_A_MESSAGE } from './bounds.ts';
export { type Answers, type Asks, Line, type LineOptions } from './line.ts';
export { openRemoteStore, type RemoteStore } from './remote-store.ts';
export { type ServedStore, type ServeOptions, serveStore } from './serve-store.ts';
