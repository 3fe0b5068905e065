import { ownTurn } from '../../../turns.ts';
import type { Page, Span } from '../../contract.ts';
import type { Pace, SqlExecutor } from '../executor.ts';
import { StepLength } from '../step-length.ts';
import { build } from '../tables.ts';
import { first } from '../work.ts';

const MAX_LIMIT = 10_000;
const MAX_TEXT_LENGTH = 256;

/** Rows with cursors from `from` to `to`, of which at most `room` are wanted, in this order. */
export type Step = {
  readonly from: number;
  readonly to: number;
  readonly order: 'asc' | 'desc';
  readonly room: number;
};

/** A table that is walked by its cursor. */
export type Walkable<Entry> = {
  readonly pace: Pace;
  readonly lowest: number;
  readonly highest: number;
  /** The nearest cursor in that direction, itself included; undefined when there is none. */
  readonly nearest: (cursor: number, order: Step['order']) => Promise<number | undefined>;
  readonly step: (step: Step) => Promise<readonly Entry[]>;
};

/** Throws `RangeError` for a span that nobody may ask for. */
export function checkSpan({ after, before, limit, text }: Span): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new RangeError(`expected a limit from 1 to ${MAX_LIMIT}, found ${limit}`);
  if (after !== undefined && before !== undefined)
    throw new RangeError('expected "after" or "before", found both');
  if (text !== undefined && text.length > MAX_TEXT_LENGTH)
    throw new RangeError(`expected a text of at most ${MAX_TEXT_LENGTH} characters, found ${text.length}`);
}

/**
 * Walks in steps, between which other work gets its turn, until there are as many entries as asked for or `mostRows`
 * cursors were passed. Between two steps rows may be added or deleted; none is given twice.
 */
export async function readPage<Entry extends { readonly cursor: number }>(
  table: Walkable<Entry>,
  span: Span,
  mostRows: number,
): Promise<Page<Entry>> {
  const order = span.after === undefined ? 'desc' : 'asc';
  const walk = new StepLength(table.pace);
  const found: Entry[] = [];
  let at = startOf(table, span);
  let looked = 0;
  for (;;) {
    const next = await table.nearest(at, order);
    if (next === undefined || next > table.highest || next < table.lowest) break;
    const ends = rangeOf(next, { order, rows: walk.rows }, table);
    found.push(...(await walk.timed(() => table.step({ ...ends, order, room: span.limit - found.length }))));
    at = order === 'asc' ? ends.to + 1 : ends.from - 1;
    looked += ends.to - ends.from + 1;
    if (found.length >= span.limit || looked >= mostRows) break;
    await ownTurn();
  }
  const isFull = found.length >= span.limit;
  return order === 'asc'
    ? ascending(found, { at, span, isFull, table })
    : descending(found, { at, isFull, span, table });
}

type Ending<Entry> = {
  readonly at: number;
  readonly span: Span;
  readonly isFull: boolean;
  readonly table: Walkable<Entry>;
};

function startOf<Entry>({ highest, lowest }: Walkable<Entry>, { after, before }: Span): number {
  if (after !== undefined) return Math.max(after + 1, lowest);
  return before === undefined ? highest : Math.min(before - 1, highest);
}

function ascending<Entry extends { readonly cursor: number }>(
  entries: readonly Entry[],
  { at, isFull, span, table }: Ending<Entry>,
): Page<Entry> {
  const first = entries[0]?.cursor ?? at;
  const newer = isFull ? (entries.at(-1)?.cursor ?? at) : Math.max(at - 1, span.after ?? 0);
  return { entries, newer, ...(first > table.lowest ? { older: first } : {}) };
}

function descending<Entry extends { readonly cursor: number }>(
  found: readonly Entry[],
  { at, isFull, span, table }: Ending<Entry>,
): Page<Entry> {
  const entries = found.toReversed();
  const oldest = isFull ? (entries[0]?.cursor ?? at) : at + 1;
  const newer = span.before === undefined ? table.highest : (entries.at(-1)?.cursor ?? span.before - 1);
  return { entries, newer, ...(oldest > table.lowest ? { older: oldest } : {}) };
}

function rangeOf<Entry>(
  start: number,
  { order, rows }: { readonly order: Step['order']; readonly rows: number },
  { highest, lowest }: Walkable<Entry>,
): Pick<Step, 'from' | 'to'> {
  return order === 'asc'
    ? { from: start, to: Math.min(start + rows - 1, highest) }
    : { from: Math.max(start - rows + 1, lowest), to: start };
}

/** The ends of a table as they are now, and how to find the next row beyond a gap. */
export async function spanOf(
  executor: SqlExecutor,
  table: 'decisions' | 'audit',
): Promise<Omit<Walkable<never>, 'step'>> {
  const ask = async (end: End['end'], bound?: Bound): Promise<number | undefined> =>
    (await executor.read(() => first(endIn({ table, end }, bound))))?.found ?? undefined;
  return {
    pace: executor.pace,
    lowest: (await ask('min')) ?? 1,
    highest: (await ask('max')) ?? 0,
    nearest: (from, order) => (order === 'asc' ? ask('min', ['>=', from]) : ask('max', ['<=', from])),
  };
}

type End = { readonly table: 'decisions' | 'audit'; readonly end: 'min' | 'max' };
type Bound = readonly ['>=' | '<=', number];

/** One end alone: both at once would be looked for in every row. */
function endIn({ end, table }: End, bound: Bound = ['>=', Number.MIN_SAFE_INTEGER]) {
  return table === 'decisions'
    ? build
        .selectFrom('decisions')
        .select((one) => one.fn[end]('cursor').as('found'))
        .where('cursor', ...bound)
    : build
        .selectFrom('audit')
        .select((one) => one.fn[end]('link').as('found'))
        .where('link', ...bound);
}
