import type { AnswerOf, Endpoints } from '@boomgate/contract';

export type Stats = AnswerOf<Endpoints['stats']['read']>;

/** Outcomes from the bottom of a column to its top. */
export const STACKED = ['allow', 'served', 'approve', 'limit', 'hide', 'deny', 'malformed', 'error'] as const;
export type Stacked = (typeof STACKED)[number];

const WIDTHS_MS = { hour: 3_600_000, day: 86_400_000 } as const;

/** One hour or day with its decisions by outcome, those without any included. */
export type StatColumn = {
  readonly atMs: number;
  readonly untilMs: number;
  readonly counts: Readonly<Record<Stacked, number>>;
  readonly all: number;
};

/** Every stretch of a reading, oldest first: the API leaves out those in which nothing was. */
export function columnsOf({ bucket, buckets, since, until }: Stats): readonly StatColumn[] {
  const widthMs = WIDTHS_MS[bucket];
  const found = new Map(buckets.map(({ at, outcomes }) => [Date.parse(at), outcomes]));
  const columns: StatColumn[] = [];
  for (let atMs = Date.parse(since); atMs < Date.parse(until); atMs += widthMs) {
    const outcomes = found.get(atMs) ?? {};
    // A cast: made of exactly these names.
    const counts = Object.fromEntries(
      STACKED.map((name) => [name, outcomes[name] ?? 0]),
    ) as StatColumn['counts'];
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    columns.push({ atMs, untilMs: atMs + widthMs, counts, all });
  }
  return columns;
}

/** A reading, counted over its columns: once for everything that the overview shows of it. */
export type Counted = Pick<Stats, 'since' | 'until'> & {
  readonly columns: readonly StatColumn[];
  readonly totals: Readonly<Record<Stacked, number>>;
  readonly all: number;
};

export function countedOf(stats: Stats): Counted {
  const { since, until } = stats;
  const columns = columnsOf(stats);
  const all = columns.reduce((sum, column) => sum + column.all, 0);
  return { since, until, columns, totals: totalsOf(columns), all };
}

/** How many there were of each outcome. */
export function totalsOf(columns: readonly StatColumn[]): Readonly<Record<Stacked, number>> {
  const sum = (name: Stacked) => columns.reduce((all, { counts }) => all + counts[name], 0);
  return Object.fromEntries(STACKED.map((name) => [name, sum(name)])) as Record<Stacked, number>; // a cast: as above
}

/** Heights of columns that stand on each other: of each outcome, up to where it reaches. */
export function stackedHeights(columns: readonly StatColumn[]): readonly (readonly number[])[] {
  const heights = columns.map(() => 0);
  return STACKED.map((name) =>
    columns.map(({ counts }, at) => {
      const height = (heights[at] ?? 0) + counts[name];
      heights[at] = height;
      return height;
    }),
  );
}
