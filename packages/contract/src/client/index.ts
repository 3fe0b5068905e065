/**
 * The client that follows from the endpoints, over a `fetch` that it is given. Keeps nothing and retries nothing.
 */
export * from './client.ts';
