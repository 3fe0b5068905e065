import { choicesOf, textsOf } from '../../app/search/index.ts';

/**
 * How a policy is looked at: visually unless it is the text, the part by `placeKey`, and of a new policy the only server that it
 * may decide for, and whether it begins from the log, of which grant.
 */
export type PolicySearch = ReturnType<typeof readPolicySearch>;

export function readPolicySearch(search: Record<string, unknown>) {
  return {
    ...textsOf(search, ['at', 'server', 'grant']),
    ...choicesOf(search, { view: ['json'], from: ['log'] }),
  };
}

/** To look at another part of the same draft: neither a step back of the browser, nor another place on the page. */
export const IN_PLACE = { replace: true, resetScroll: false, state: true } as const;
