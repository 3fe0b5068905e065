/** How a policy is looked at; it stands in the address, so that a view can be passed on. */
export type PolicySearch = {
  /** The visual builder unless it is the text. */
  readonly view?: 'json';
  /** The part that is looked at, by `placeKey`. */
  readonly at?: string;
  /** Of a new policy: the only server that it may decide for. */
  readonly server?: string;
};

export function readPolicySearch(search: Record<string, unknown>): PolicySearch {
  const { at, server, view } = search;
  return {
    ...(view === 'json' && { view }),
    ...(at !== undefined && at !== '' && { at: String(at) }),
    ...(server !== undefined && server !== '' && { server: String(server) }),
  };
}

/** To look at another part of the same draft: neither a step back of the browser, nor another place on the page. */
export const IN_PLACE = { replace: true, resetScroll: false, state: true } as const;
