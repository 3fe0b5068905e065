import type { Context } from 'hono';

/** A request as far as it says where it comes from. */
export type Incoming = {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/** What the Node adapter gives beside the request. */
export type Bindings = {
  readonly incoming?: Incoming;
  readonly outgoing?: { readonly destroyed: boolean; readonly destroy?: () => unknown };
};
export type ApiCall = Context<{ Bindings: Bindings }>;
