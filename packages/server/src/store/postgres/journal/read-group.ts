import type { Counted, SavedTime, StoredCell } from '../../journal/index.ts';
import { ORIGIN } from '../../sql/link.ts';
import type { PoolClient } from '../pool.ts';
import type { LogEnd } from './group-log.ts';
import { toStoredKey } from './storable.ts';

export type Wanted = {
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
  readonly saved: SavedTime | undefined;
  /** False when others took this replica for dead. */
  readonly isAlive: boolean;
  readonly cells: ReadonlyMap<string, readonly StoredCell[]>;
  /** Calls that other replicas have in flight. */
  readonly others: ReadonlyMap<string, number>;
};

type Row = {
  readonly head: { readonly link: number; readonly hash: string } | null;
  readonly cursor: number;
  readonly caller: number;
  readonly saved: SavedTime | null;
  readonly alive: boolean;
  readonly cells: readonly (StoredCell & { readonly counter: string })[] | null;
  readonly others: readonly { readonly counter: string; readonly calls: number }[] | null;
};

// When all rows were deleted, the checkpoint still knows where they ended. An index leads to the greatest of each.
const TEXT = `select
  (select json_build_object('link', link, 'hash', hash) from chain_head) as head,
  greatest(coalesce((select max(cursor) from decisions), 0),
    coalesce((select cursor from chain_checkpoints where chain = 'decisions'), 0)) as cursor,
  coalesce((select max(id) from callers), 0) as caller,
  (select json_build_object('at', at, 'monotonic', monotonic, 'boot', boot) from ledger_clock) as saved,
  exists (select 1 from replicas where id = $1) as alive,
  (select json_agg(json_build_object('counter', counter, 'at', at, 'amount', amount, 'expires', expires))
    from usage join unnest($2::text[], $3::bigint[]) as wanted (key, known) on counter = key and changed > known
    where expires > $5::bigint) as cells,
  (select json_agg(json_build_object('counter', counter, 'calls', calls)) from (
    select counter, sum(calls)::bigint as calls from running
    where counter = any($4::text[]) and replica <> $1 group by counter) as each) as others`;

export async function readGroup(
  client: Pick<PoolClient, 'query'>,
  { nowMs, replica, running, windows }: Wanted,
): Promise<Found> {
  const stored = [...windows.keys()].map(toStoredKey);
  const values = [replica, stored, [...windows.values()], running.map(toStoredKey), nowMs];
  const names = new Map([...windows.keys(), ...running].map((key) => [toStoredKey(key), key]));
  const { rows } = await client.query<Row>(TEXT, values);
  const [row] = rows;
  if (row === undefined) throw new Error('expected a row, found none');
  return {
    end: {
      link: row.head?.link ?? 0,
      hash: row.head?.hash ?? ORIGIN,
      cursor: row.cursor,
      caller: row.caller,
    },
    saved: row.saved ?? undefined,
    isAlive: row.alive,
    cells: byCounter(row.cells ?? [], names),
    others: new Map((row.others ?? []).map(({ calls, counter }) => [names.get(counter) ?? '', calls])),
  };
}

function byCounter(
  cells: readonly (StoredCell & { readonly counter: string })[],
  names: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly StoredCell[]> {
  const found = new Map<string, StoredCell[]>();
  for (const { counter, ...cell } of cells) {
    const key = names.get(counter) ?? '';
    const own = found.get(key);
    if (own === undefined) found.set(key, [cell]);
    else own.push(cell);
  }
  for (const own of found.values()) own.sort((one, other) => one.at - other.at);
  return found;
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
