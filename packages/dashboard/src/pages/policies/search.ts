import { choicesOf, textsOf } from '../../app/search/index.ts';
import { DAYS, type Wanted } from './over-log/period.ts';

/**
 * How a policy is looked at: visually unless it is the text, the part by `placeKey`, and of a new policy the only server that it
 * may decide for, and whether it begins from the log. Then whose calls of which period that suggestion is made of, and those that
 * are replayed.
 */
export type PolicySearch = ReturnType<typeof readPolicySearch>;

export function readPolicySearch(search: Record<string, unknown>) {
  return {
    ...textsOf(search, ['at', 'server', 'grant', 'logServer', 'replayServer', 'replayGrant']),
    ...choicesOf(search, { view: ['json'], from: ['log'], days: DAYS, replayDays: DAYS }),
  };
}

/** Another address of the same page, made of the one that it has then. */
export type ChangeSearch = (change: (search: PolicySearch) => PolicySearch) => void;

/** To look at another part of the same draft: neither a step back of the browser, nor another place on the page. */
export const IN_PLACE = { replace: true, resetScroll: false, state: true } as const;

/** The names by which the address has what each part asks of the log. */
const NAMES = {
  suggestion: { server: 'logServer', grant: 'grant', days: 'days' },
  replay: { server: 'replayServer', grant: 'replayGrant', days: 'replayDays' },
} as const;
type Asking = keyof typeof NAMES;

/** What an address asks of the log for a part; what it does not name is absent. */
export function askedIn(search: PolicySearch, part: Asking): Partial<Wanted> {
  const { days, grant, server } = NAMES[part];
  const asked = { server: search[server], grant: search[grant], days: search[days] };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

/** An address that asks this of the log for a part. */
export function withAsked(search: PolicySearch, part: Asking, wanted: Wanted): PolicySearch {
  const { days, grant, server } = NAMES[part];
  return readPolicySearch({
    ...search,
    ...(part === 'suggestion' && { from: 'log' }),
    ...{ [server]: wanted.server, [grant]: wanted.grant, [days]: wanted.days },
  });
}
