/**
 * What an endpoint is, and the types that follow from one. No endpoint is described here.
 */
export * from './endpoint.ts';
export * from './types.ts';
