import { TALLY_WIDTHS } from '../../contract.ts';

/** What is counted of a decision. */
export type Counted = {
  readonly cursor: number;
  readonly organization: string;
  readonly server: string;
  readonly grant_id: string;
  readonly grant_name: string;
  readonly policy: string;
  /** Null in a row that somebody made unreadable. */
  readonly at: number | null;
  readonly method: string | null;
  readonly target: string | null;
  readonly outcome: string | null;
  readonly rule: string | null;
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

const REFUSALS: ReadonlySet<string> = new Set(['deny', 'hide', 'limit']);

/** How many decisions of a lot belong to each place. */
export function tallyLot(
  rows: readonly Counted[],
): readonly { readonly place: Place; readonly count: number }[] {
  const counts = new Map<string, { place: Place; count: number }>();
  for (const row of rows)
    for (const place of placesOf(row)) {
      const { at, first, kind, organization, second, width } = place;
      // Lengths, so that no two places share a key.
      const key = `${organization.length} ${first.length} ${kind} ${width} ${at} ${organization}${first}${second}`;
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { place, count: 1 });
      else known.count += 1;
    }
  return [...counts.values()];
}

function placesOf(row: Counted): readonly Place[] {
  const { at, method, organization, outcome, rule, target } = row;
  if (at === null || outcome === null) return [];
  const named: (readonly [Kind, string, string])[] = [
    ['outcome', outcome, ''],
    ['grant', row.grant_id, row.grant_name],
  ];
  if (method === 'tools/call') named.push(['tool', row.server, target ?? '']);
  if (REFUSALS.has(outcome)) named.push(['refusal', row.policy, rule ?? '']);
  return Object.values(TALLY_WIDTHS).flatMap((width) =>
    named.map(([kind, first, second]) => ({
      organization,
      kind,
      width,
      at: Math.floor(at / width) * width,
      first,
      second,
    })),
  );
}
