export type * from './store/contract.ts';
export type * from './upstreams/contract.ts';
