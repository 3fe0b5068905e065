/**
 * What decisions come to, by hour and by day. A count that advances along the log's cursor, so that calls do not pay for it;
 * may read the log, never write it.
 */
export { RecentDecisions } from './recent.ts';
export { SqlStats } from './stats.ts';
