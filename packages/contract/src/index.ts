/**
 * The admin API, described once: endpoints, roles and problems as data, and what is derived from them — the client and the
 * OpenAPI document. No handlers, no shapes of storage; opens nothing but what the `fetch` that it is given opens.
 */
export * from './client/index.ts';
export * from './endpoint/index.ts';
export * from './endpoints/index.ts';
export * from './openapi/index.ts';
export * from './problems/index.ts';
export * from './roles/index.ts';
export * from './shapes/index.ts';
