import { TALLY_WIDTHS } from '../../contract.ts';
import { membersOf } from '../log-rows.ts';
import { storable } from '../storable.ts';
import type { CallerRecord } from '../tables.ts';

/** What is counted of who asked. */
export type CountedCaller = Pick<
  CallerRecord,
  'organization' | 'server' | 'grant_id' | 'grant_name' | 'policy'
>;

/** What is counted of what was asked, and of what was decided. */
export type CountedDecision = {
  readonly atMs: number;
  readonly method: string;
  readonly target: string;
  readonly outcome: string;
  readonly rule: string;
};

/** A decision as it is stored, with the number of its caller and what is known of it. */
type StoredDecision = CountedCaller & {
  readonly cursor: number;
  readonly caller: number;
  readonly entry: string;
};

/** What decisions are counted by. */
export type TallyKind = 'outcome' | 'tool' | 'refusal' | 'grant';

/** A place in the table of counts. */
export type Place = {
  readonly organization: string;
  readonly kind: TallyKind;
  readonly width: number;
  readonly at: number;
  readonly first: string;
  readonly second: string;
};

export type PlaceCount = { readonly place: Place; readonly count: number };

const REFUSALS: ReadonlySet<string> = new Set(['deny', 'hide', 'limit']);

/** What is counted of a decision; `hour` is when it began, the shortest stretch that there is. */
type Facts = Omit<CountedDecision, 'atMs'> & { readonly caller: CountedCaller; readonly hour: number };

/** So many decisions have these facts. */
type FactsCount = { readonly of: Facts; readonly count: number };

/** How many of these decisions belong to each place. */
export function tally(decisions: Iterable<FactsCount>): readonly PlaceCount[] {
  const counts = new Map<string, { place: Place; count: number }>();
  for (const { count, of } of decisions)
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

/** Most decisions are like another one: what they have in common is worked out once. Who asked is the same when it is one object. */
export class Alike {
  readonly #groups = new Map<object, Map<string, { readonly of: Facts; count: number }>>();
  #size = 0;

  /** How many facts there are. */
  get size(): number {
    return this.#size;
  }

  add(caller: CountedCaller, { atMs, method, outcome, rule, target }: CountedDecision): void {
    const hour = Math.floor(atMs / TALLY_WIDTHS.hour) * TALLY_WIDTHS.hour;
    const lengths = `${method.length} ${target.length} ${outcome.length}`;
    const key = `${hour} ${lengths} ${method}${target}${outcome}${rule}`;
    let groups = this.#groups.get(caller);
    if (groups === undefined) {
      groups = new Map();
      this.#groups.set(caller, groups);
    }
    const known = groups.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    groups.set(key, { of: { caller, hour, method, target, outcome, rule }, count: 1 });
    this.#size += 1;
  }

  *counts(): Generator<FactsCount> {
    for (const groups of this.#groups.values()) yield* groups.values();
  }
}

/** What is counted of decisions that were read. What somebody made unreadable is not. */
export function countsOf(rows: readonly StoredDecision[]): Iterable<FactsCount> {
  const callers = new Map<number, CountedCaller>();
  const alike = new Alike();
  for (const row of rows) {
    const known = callers.get(row.caller);
    if (known === undefined) callers.set(row.caller, row);
    const { atMs, method, outcome, rule, target } = membersOf(row.entry);
    if (typeof atMs !== 'number' || typeof outcome !== 'string') continue;
    const facts = { atMs, outcome, method: textOf(method), target: textOf(target), rule: textOf(rule) };
    alike.add(known ?? row, facts);
  }
  return alike.counts();
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function placesOf({ caller, hour, method, outcome, rule, target }: Facts): readonly Place[] {
  const { grant_id, grant_name, organization, policy, server } = caller;
  const named: (readonly [TallyKind, string, string])[] = [
    ['outcome', outcome, ''],
    ['grant', grant_id, grant_name],
  ];
  if (method === 'tools/call') named.push(['tool', server, storable(target)]);
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
