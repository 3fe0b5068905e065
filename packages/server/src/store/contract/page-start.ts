/** Where a page begins, by the position of the last item of the page before, and how many items it has. */
export type PageStart = { readonly after?: string; readonly limit: number };
