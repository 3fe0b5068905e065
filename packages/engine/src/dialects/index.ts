/**
 * Pure translations of other products' policies into documents of version 1, with notes on what differs.
 * Nothing here is needed to read or judge a policy; files and YAML are the caller's.
 */
export { type ImportResult, importIntercept } from './intercept.ts';
