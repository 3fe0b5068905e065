import type { Counted, SavedTime, StoredCell } from '../../journal/index.ts';
import { ORIGIN } from '../../sql/link.ts';
import { beginLocked } from '../executor.ts';
import { type PoolClient, PROCESS, patiently } from '../pool.ts';
import type { LogEnd, Sealed } from './group-log.ts';
import { toStoredKey } from './stored-key.ts';

type Wanted = {
  readonly replica: string;
  /** Cells that have expired by then are not looked at. */
  readonly nowMs: number;
  /** Window counters, each with the link up to which it is known; -1 where it is not in memory. */
  readonly windows: ReadonlyMap<string, number>;
  /** Counters of calls in flight. */
  readonly running: readonly string[];
};

/** What a group has to know before it is judged. */
export type Found = {
  readonly end: LogEnd;
  /** Which process of Postgres answers. */
  readonly process: string;
  readonly saved: SavedTime | undefined;
  /** False when others took this replica for dead. */
  readonly isAlive: boolean;
  readonly cells: ReadonlyMap<string, readonly StoredCell[]>;
  /** Of the epoch in which Redis counts; undefined where none has begun. */
  readonly marker: string | undefined;
  /** Calls that other replicas have in flight. */
  readonly others: ReadonlyMap<string, number>;
};

type EndRow = {
  readonly head: Sealed | null;
  readonly cursor: number;
  readonly caller: number;
  readonly saved: SavedTime | null;
  readonly process: string;
  readonly alive: boolean;
  readonly marker: string | null;
};

/** The cells of a counter: their times, in any order, the amount of each, and how long the longest of them is kept. */
type CellsRow = {
  readonly counter: string;
  readonly times: readonly number[];
  readonly amounts: readonly number[];
  readonly retention: number;
};

type OthersRow = { readonly counter: string; readonly calls: number };

/** Statements with a name are parsed and planned once for each connection. */
type Named = { readonly name: string; readonly text: string };

// When all rows were deleted, the checkpoint still knows where they ended. An index leads to the greatest of each.
const END: Named = {
  name: 'group_end',
  text: `select
    (select json_build_object('link', link, 'hash', hash, 'seal', seal) from chain_head where id = 1) as head,
    greatest(coalesce((select max(cursor) from decisions), 0),
      coalesce((select cursor from chain_checkpoints where chain = 'decisions'), 0)) as cursor,
    coalesce((select max(id) from callers), 0) as caller,
    (select json_build_object('at', at, 'monotonic', monotonic, 'boot', boot) from ledger_clock where id = 1) as saved,
    ${PROCESS} as process,
    exists (select 1 from replicas where id = $1) as alive,
    (select marker from limits_epoch where id = 1) as marker`,
};

// One look into the index of changes for each counter. A counter may have a hundred thousand cells: two lists of numbers come seven
// times as fast as an object for each. The sum keeps the planner from the index of what expires, which all counters share.
const CELLS: Named = {
  name: 'group_cells',
  text: `select key as counter, times, amounts, retention
    from unnest($1::text[], $2::bigint[]) as wanted (key, known) cross join lateral (
      select json_agg(at) as times, json_agg(amount) as amounts, max(expires - at) as retention
      from usage where counter = key and changed > known and expires + 0 > $3::bigint) as found
    where times is not null`,
};

const OTHERS: Named = {
  name: 'group_others',
  text: `select counter, sum(calls)::bigint as calls from running
    where counter = any($1::text[]) and replica <> $2 group by counter`,
};

// By indexes alone: a plan is kept, and a counter may have a hundred thousand cells before the next one is made. Nothing here is worth
// compiling.
const PLANS = 'set local enable_seqscan = off; set local jit = off';

/** Sent at once. Each statement sees what was committed before it began, which is after the locks were taken. */
export async function beginAndRead(
  client: PoolClient,
  locks: readonly number[],
  wanted: Wanted,
): Promise<Found> {
  const begun = client.query(`${beginLocked(locks)}; ${PLANS}`);
  const [, found] = await Promise.all([begun, readGroup(client, wanted)]);
  return found;
}

/** Milliseconds in which counters are read outside of a group: some have a million cells. */
const LONG_MS = 5_000;

/** What the database has of counters, the calls of all replicas among it, in a transaction that keeps nobody waiting. */
export async function readCounters(
  client: PoolClient,
  counters: readonly Counted[],
  nowMs: number,
): Promise<Found> {
  const { running, windows } = countersOf(counters);
  // As nobody, so that the calls of this replica count among those of all.
  const wanted = {
    replica: '',
    windows: new Map([...windows].map((key) => [key, -1])),
    running: [...running],
    nowMs,
  };
  const patient = `set local statement_timeout = ${LONG_MS}`;
  const [, read] = await Promise.all([
    client.query(patiently(LONG_MS, { text: `${beginLocked([])}; ${PLANS}; ${patient}` })),
    readGroup(client, wanted, LONG_MS),
    client.query(patiently(LONG_MS, { text: 'rollback' })),
  ]);
  return read;
}

/** Asks everything at once, in the transaction that is open or in one that was just asked for. `longMs`: how long an answer may take. */
async function readGroup(
  client: Pick<PoolClient, 'query'>,
  { nowMs, replica, running, windows }: Wanted,
  longMs?: number,
): Promise<Found> {
  const ask = async <Row extends object>(named: Named, values: readonly unknown[], isWanted = true) => {
    if (!isWanted) return [];
    const question = { ...named, values: [...values] };
    return (await client.query<Row>(longMs === undefined ? question : patiently(longMs, question))).rows;
  };
  const stored = [...windows.keys()].map(toStoredKey);
  const [[end], cells, others] = await Promise.all([
    ask<EndRow>(END, [replica]),
    ask<CellsRow>(CELLS, [stored, [...windows.values()], nowMs], windows.size > 0),
    ask<OthersRow>(OTHERS, [running.map(toStoredKey), replica], running.length > 0),
  ]);
  if (end === undefined) throw new Error('expected a row, found none');
  const names = new Map([...windows.keys(), ...running].map((key) => [toStoredKey(key), key]));
  const nameOf = (counter: string): string => names.get(counter) ?? '';
  return {
    end: {
      link: end.head?.link ?? 0,
      hash: end.head?.hash ?? ORIGIN,
      seal: end.head?.seal,
      cursor: end.cursor,
      caller: end.caller,
    },
    saved: end.saved ?? undefined,
    process: end.process,
    isAlive: end.alive,
    marker: end.marker ?? undefined,
    cells: new Map(cells.map((row) => [nameOf(row.counter), cellsOf(row)])),
    others: new Map(others.map(({ calls, counter }) => [nameOf(counter), calls])),
  };
}

/** Each is taken to be kept as long as the longest: that is what a counter goes by. */
function cellsOf({ amounts, retention, times }: CellsRow): readonly StoredCell[] {
  return times.map((at, nth) => ({ at, amount: amounts[nth] ?? 0, expires: at + retention }));
}

/** The counters of entries, each once. */
export function countersOf(all: readonly Counted[]): {
  windows: ReadonlySet<string>;
  running: ReadonlySet<string>;
} {
  const of = (wanted: Counted['kind']) =>
    new Set(all.flatMap(({ key, kind }) => (kind === wanted ? key : [])));
  return { windows: of('window'), running: of('concurrent') };
}
