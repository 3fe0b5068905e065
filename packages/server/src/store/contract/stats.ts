/** Milliseconds of the stretches that decisions are counted by, in UTC. */
export const TALLY_WIDTHS = { hour: 3_600_000, day: 86_400_000 } as const;
export type TallyWidth = keyof typeof TALLY_WIDTHS;

/** How many decisions; names beyond the bound of a stretch are counted under empty ones. */
export type Tally = { readonly first: string; readonly second: string; readonly count: number };

export type StatsReading = {
  /** Decisions of each stretch by outcome, oldest first; stretches without any are left out. */
  readonly outcomes: readonly { readonly atMs: number; readonly outcome: string; readonly count: number }[];
  /** Called tools: server and name. */
  readonly tools: readonly Tally[];
  /** What refused: policy and rule, of outcomes deny, hide and limit. */
  readonly refusals: readonly Tally[];
  /** Grants: id and name. */
  readonly grants: readonly Tally[];
  /** While decisions wait to be counted: when the newest was made that is. Absent when all are, or none is. */
  readonly countedUntilMs?: number;
};

/**
 * What decisions come to, counted beside the log: a count advances along it in small steps, and outlives the rows that retention
 * deletes. Reading costs as much as there are stretches and names, however many decisions.
 */
export interface Stats {
  /**
   * Counts what was not counted yet, a few rows at a time between other work, at most `mostRows`. Resolves to whether everything
   * that was there at the beginning is counted. Several may count at once, each a few rows in its turn: who wants little does not
   * wait for who wants all. Only where the store is the gateway's.
   */
  advance(options?: { readonly signal?: AbortSignal; readonly mostRows?: number }): Promise<boolean>;
  /** Of whole stretches from the one that holds `sinceMs` to before `untilMs`; the most frequent `limit` of each list. */
  read(of: {
    readonly organization: string;
    readonly width: TallyWidth;
    readonly sinceMs: number;
    readonly untilMs: number;
    readonly limit: number;
  }): Promise<StatsReading>;
  /** Deletes counts of stretches of this width that ended before `beforeMs`, at most some thousand at a time; how many. */
  forget(width: TallyWidth, beforeMs: number): Promise<number>;
}
