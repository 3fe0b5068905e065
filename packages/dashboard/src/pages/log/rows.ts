import type { Decision } from './decision-type.ts';

/** What the list shows of a decision. Not the whole of it: a hundred thousand fit into a page this way. */
export type LogRow = Pick<Decision, 'cursor' | 'id' | 'at' | 'outcome' | 'server' | 'rule' | 'mode'> & {
  readonly what: string;
  readonly grant: string;
  /** Milliseconds that its server took; undefined while it is under way, and for what was not forwarded. */
  readonly tookMs: number | undefined;
  readonly isUnderWay: boolean;
};

export type Fate = { readonly cursor: number; readonly fate: NonNullable<Decision['fate']> };

/** Rows of a page, the most that the API gives. */
export const PAGE_ROWS = 200;
/** Rows that came and are not shown yet, as somebody reads further down; beyond it the list begins anew when they want to see them. */
export const FRESH_MAX = 2_000;
/** Rows that are held around what is seen, some 30 MB; those further away are read again when somebody comes back to them. */
export const HELD_MAX = 100_000;
/** Rows of the list: browsers draw nothing beyond some 17 million pixels. Further back leads the search by time. */
export const LISTED_MAX = 400_000;

export function rowOf(decision: Decision): LogRow {
  const { at, cursor, fate, forwarded, grant, id, method, mode, outcome, rule, server, target } = decision;
  return {
    ...{ cursor, id, at, outcome, server, rule, mode },
    what: target === '' ? method : target,
    grant: grant.name,
    tookMs: fate?.upstreamMs,
    isUnderWay: forwarded && fate === undefined,
  };
}

/** Some rows of the list, one after the other, newest first. `rows` is absent while they are not held. */
type Stretch = { readonly newest: number; readonly count: number; rows: readonly LogRow[] | undefined };

/** A stretch that is seen and not held: what to ask for. */
type Gap = { readonly newest: number; readonly count: number };

/** The list of the log, newest first: what is held of it, what is not, and what came since and waits to be shown. */
export class LogRows {
  #stretches: Stretch[];
  /** How many rows stand before each stretch. */
  #starts: number[] = [];
  #fresh: LogRow[] = [];
  #isFreshLost = false;
  /** Rows of the list. */
  count = 0;
  /** Rows that wait to be shown. */
  freshCount = 0;
  /** The end was forgotten: what follows is what stands before the oldest row. */
  isCut = false;

  constructor(rows: readonly LogRow[]) {
    this.#stretches = stretched(rows);
    this.#measure();
  }

  rowAt(index: number): LogRow | undefined {
    const at = this.#stretchAt(index);
    return this.#stretches[at]?.rows?.[index - (this.#starts[at] ?? 0)];
  }

  /** The place of the oldest row; undefined for an empty list. */
  oldest(): number | undefined {
    return this.rowAt(this.count - 1)?.cursor;
  }

  append(rows: readonly LogRow[]): void {
    this.isCut = false;
    this.#stretches.push(...stretched(rows));
    this.#measure();
  }

  /** A row that was just told. */
  add(row: LogRow): void {
    this.freshCount += 1;
    this.#fresh.push(row);
    if (this.#fresh.length <= FRESH_MAX) return;
    this.#fresh = [];
    this.#isFreshLost = true;
  }

  /** Puts what waits before the list; false when some of it was let go, and the list has to be read anew. */
  showFresh(): boolean {
    if (this.#isFreshLost) return false;
    if (this.#fresh.length === 0) return true;
    const rows = this.#fresh.toReversed();
    this.#fresh = [];
    this.freshCount = 0;
    const [first] = this.#stretches;
    // Small lots join the first stretch, so that there are not as many stretches as lots.
    const joins = first?.rows !== undefined && first.count + rows.length <= PAGE_ROWS;
    const all = joins ? [...rows, ...(first.rows ?? [])] : rows;
    this.#stretches = [...stretched(all), ...this.#stretches.slice(joins ? 1 : 0)];
    this.#cut();
    this.#measure();
    return true;
  }

  /** What became of a call that was listed while it was under way. */
  settle({ cursor, fate }: Fate): void {
    const settled = (row: LogRow): LogRow =>
      row.cursor === cursor ? { ...row, tookMs: fate.upstreamMs, isUnderWay: false } : row;
    if (cursor > (this.#stretches[0]?.newest ?? 0)) this.#fresh = this.#fresh.map(settled);
    const at = this.#stretches.findLastIndex(({ newest }) => newest >= cursor);
    const stretch = this.#stretches[at];
    if (stretch?.rows !== undefined) this.#stretches[at] = { ...stretch, rows: stretch.rows.map(settled) };
  }

  /** What is seen, or nearly, and not held. */
  gapIn(first: number, last: number): Gap | undefined {
    return this.#stretches
      .slice(this.#stretchAt(first), this.#stretchAt(Math.min(last, this.count - 1)) + 1)
      .find(({ rows }) => rows === undefined);
  }

  fill({ newest }: Gap, rows: readonly LogRow[]): void {
    const at = this.#stretches.findIndex((one) => one.newest === newest && one.rows === undefined);
    const [stretch] = this.#stretches.splice(at, at < 0 ? 0 : 1, ...(at < 0 ? [] : stretched(rows)));
    // Retention may have deleted some meanwhile.
    if (stretch !== undefined) this.#measure();
  }

  /** Lets go of the rows that are furthest from what is seen, where too many are held. */
  letGo(first: number, last: number): void {
    let held = this.#stretches.reduce((sum, { count, rows }) => sum + (rows === undefined ? 0 : count), 0);
    if (held <= HELD_MAX) return;
    const [from, to] = [this.#stretchAt(first), this.#stretchAt(last)];
    const away = (at: number) => Math.max(from - at, at - to, 0);
    const order = [...this.#stretches.keys()].sort((one, other) => away(other) - away(one));
    for (const at of order) {
      const stretch = this.#stretches[at];
      if (held <= HELD_MAX || away(at) === 0) return;
      // The oldest row says where the list goes on.
      if (stretch?.rows === undefined || at === this.#stretches.length - 1) continue;
      this.#stretches[at] = { ...stretch, rows: undefined };
      held -= stretch.count;
    }
  }

  /**
   * Lets go of every row but the last ones, which say where the list goes on, and of what waits to be shown. The cursor of the
   * newest, behind which a stream tells all of that again; undefined for an empty list.
   */
  rest(): number | undefined {
    this.#fresh = [];
    this.freshCount = 0;
    this.#isFreshLost = false;
    const last = this.#stretches.length - 1;
    for (const [at, stretch] of this.#stretches.entries())
      if (at !== last) this.#stretches[at] = { ...stretch, rows: undefined };
    return this.#stretches[0]?.newest;
  }

  /** Forgets the end of a list that has become too long. */
  #cut(): void {
    let room = LISTED_MAX;
    const kept = this.#stretches.findIndex(({ count }) => {
      room -= count;
      return room < 0;
    });
    if (kept < 0) return;
    this.#stretches.length = kept;
    this.isCut = true;
  }

  #measure(): void {
    let start = 0;
    this.#starts = this.#stretches.map(({ count }) => {
      start += count;
      return start - count;
    });
    this.count = start;
  }

  #stretchAt(index: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function stretched(rows: readonly LogRow[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (let at = 0; at < rows.length; at += PAGE_ROWS) {
    const some = rows.slice(at, at + PAGE_ROWS);
    stretches.push({ newest: some[0]?.cursor ?? 0, count: some.length, rows: some });
  }
  return stretches;
}
