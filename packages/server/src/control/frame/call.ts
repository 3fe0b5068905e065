import type { Context } from 'hono';

/** What the Node adapter gives beside the request. */
export type Bindings = {
  readonly incoming?: { readonly socket: { readonly remoteAddress?: string | undefined } };
};
export type ApiCall = Context<{ Bindings: Bindings }>;
