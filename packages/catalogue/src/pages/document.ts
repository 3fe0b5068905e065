/**
 * A page as data. Every text is plain: whoever prints it escapes it for where it prints, and nothing in it is markup.
 */
export type Page = { readonly title: string; readonly badge?: string; readonly blocks: readonly Block[] };

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** Words of somebody else, with whose they are. */
  | { readonly kind: 'quote'; readonly text: string; readonly of: string }
  | { readonly kind: 'code'; readonly name: string; readonly text: string }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly Item[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** Of each row, the page on this gateway that it leads to. */
      readonly to?: readonly string[];
    }
  | { readonly kind: 'question'; readonly question: string; readonly answer: string };

/** `to` is a path on this gateway's pages, or an https address. */
export type Item = { readonly text: string; readonly to?: string };

export const heading = (text: string): Block => ({ kind: 'heading', text });
export const text = (content: string): Block => ({ kind: 'text', text: content });
export const list = (items: readonly Item[], isOrdered = false): Block => ({
  kind: 'list',
  isOrdered,
  items,
});
export const policyFile = (policy: unknown): Block => ({
  kind: 'code',
  name: 'policy.json',
  text: JSON.stringify(policy, null, 2),
});

/** The path of a tool's page. The slug stands as in addresses, the name is as the server says it. */
export const toolPath = (slug: string, tool: string): string =>
  `/catalogue/${slug}/${encodeURIComponent(tool.toWellFormed())}`;
