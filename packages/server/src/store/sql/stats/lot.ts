import { TALLY_WIDTHS } from '../../contract.ts';
import { membersOf } from '../log-rows.ts';

/** A decision as it is stored, with what is known of its caller. */
export type Counted = {
  readonly cursor: number;
  /** The number of its caller, to which the five after it belong. */
  readonly caller: number;
  readonly organization: string;
  readonly server: string;
  readonly grant_id: string;
  readonly grant_name: string;
  readonly policy: string;
  readonly entry: string;
};

export const KINDS = ['outcome', 'tool', 'refusal', 'grant'] as const;
export type Kind = (typeof KINDS)[number];

/** A place in the table of counts. */
export type Place = {
  readonly organization: string;
  readonly kind: Kind;
  readonly width: number;
  readonly at: number;
  readonly first: string;
  readonly second: string;
};

export type PlaceCount = { readonly place: Place; readonly count: number };

const REFUSALS: ReadonlySet<string> = new Set(['deny', 'hide', 'limit']);

/** How many decisions of a lot belong to each place. What somebody made unreadable belongs to none. */
export function tallyLot(rows: readonly Counted[]): readonly PlaceCount[] {
  const counts = new Map<string, { place: Place; count: number }>();
  for (const { count, of } of alike(rows))
    for (const place of placesOf(of)) {
      const key = keyOf(place);
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { place, count });
      else known.count += count;
    }
  return [...counts.values()];
}

/** The same of the same place alone; the lengths see to it. */
export function keyOf({ at, first, kind, organization, second, width }: Place): string {
  return `${organization.length} ${first.length} ${kind} ${width} ${at} ${organization}${first}${second}`;
}

/** What is counted of a decision; `hour` is when it began, the shortest stretch that there is. */
type Facts = {
  readonly caller: Counted;
  readonly hour: number;
  readonly method: string;
  readonly target: string;
  readonly outcome: string;
  readonly rule: string;
};

/** Most decisions of a lot are like another one: what they have in common is worked out once. */
function alike(rows: readonly Counted[]): Iterable<{ readonly of: Facts; count: number }> {
  const groups = new Map<string, { readonly of: Facts; count: number }>();
  for (const row of rows) {
    const of = factsOf(row);
    if (of === undefined) continue;
    const { hour, method, outcome, rule, target } = of;
    const lengths = `${method.length} ${target.length} ${outcome.length}`;
    const key = `${row.caller} ${hour} ${lengths} ${method}${target}${outcome}${rule}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { of, count: 1 });
    else known.count += 1;
  }
  return groups.values();
}

function factsOf(caller: Counted): Facts | undefined {
  const { atMs, method, outcome, rule, target } = membersOf(caller.entry);
  if (typeof atMs !== 'number' || typeof outcome !== 'string') return undefined;
  const hour = Math.floor(atMs / TALLY_WIDTHS.hour) * TALLY_WIDTHS.hour;
  return { caller, hour, outcome, method: textOf(method), target: textOf(target), rule: textOf(rule) };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function placesOf({ caller, hour, method, outcome, rule, target }: Facts): readonly Place[] {
  const { grant_id, grant_name, organization, policy, server } = caller;
  const named: (readonly [Kind, string, string])[] = [
    ['outcome', outcome, ''],
    ['grant', grant_id, grant_name],
  ];
  if (method === 'tools/call') named.push(['tool', server, target]);
  if (REFUSALS.has(outcome)) named.push(['refusal', policy, rule]);
  return Object.values(TALLY_WIDTHS).flatMap((width) =>
    named.map(([kind, first, second]) => ({
      organization,
      kind,
      width,
      at: Math.floor(hour / width) * width,
      first,
      second,
    })),
  );
}
