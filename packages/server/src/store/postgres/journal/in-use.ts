import { MAX_COUNTERS_LOOKED_AT } from '../../../limits/index.ts';
import type { CountersInUse, UseQuestion } from '../../contract.ts';
import { Counters, type StoredCell, type UsageCells } from '../../journal/index.ts';
import type { PoolClient } from '../pool.ts';
import { fromStoredKey, toStoredKey } from './stored-key.ts';

type CellRow = StoredCell & { readonly counter: string };
type RunningRow = { readonly counter: string; readonly calls: number };

/** What counters hold, as the database has it: the calls of all replicas. */
export async function lookInUse(
  client: PoolClient,
  question: UseQuestion,
  nowMs: number,
): Promise<CountersInUse> {
  const { counters: of, window } = question;
  const [low, high] = of.kind === 'one' ? [of.key, of.key] : [of.prefix, `${of.prefix}\u{10ffff}`];
  // One that is too long to be kept whole is found by who knows it.
  const named = ({ counter }: { readonly counter: string }): string | undefined =>
    of.kind === 'one' ? of.key : fromStoredKey(counter);
  const span = [toStoredKey(low), toStoredKey(high), MAX_COUNTERS_LOOKED_AT + 1];
  if (window === undefined) {
    const text = `select counter, sum(calls)::bigint as calls from running where counter >= $1 and counter <= $2
      group by counter having sum(calls) > 0 order by counter limit $3`;
    const { rows } = await client.query<RunningRow>(text, span);
    const counters = new Counters(new ReadCells([]));
    const running = rows.map((row) => [named(row) ?? '', row.calls] as const);
    counters.withOthers(new Map(running.filter(([key]) => key !== '')));
    return counters.inUse(question, nowMs);
  }
  const text = `select counter, at, amount, expires from usage
    where expires > $4 and counter in (
      select distinct counter from usage where counter >= $1 and counter <= $2 order by counter limit $3)
    order by counter, at`;
  const { rows } = await client.query<CellRow>(text, [...span, nowMs]);
  const cells = rows.flatMap((row) => {
    const counter = named(row);
    return counter === undefined ? [] : [{ ...row, counter }];
  });
  return new Counters(new ReadCells(cells)).inUse(question, nowMs);
}

class ReadCells implements UsageCells {
  readonly #cells: ReadonlyMap<string, readonly StoredCell[]>;

  constructor(rows: readonly CellRow[]) {
    this.#cells = Map.groupBy(rows, ({ counter }) => counter);
  }

  load(key: string): readonly StoredCell[] {
    return this.#cells.get(key) ?? [];
  }

  *keysFrom(prefix: string): Iterable<string> {
    for (const key of this.#cells.keys()) if (key.startsWith(prefix)) yield key;
  }

  apply = unchanged;
  extend = unchanged;
  sweep = unchanged;
  noteRunning = unchanged;
}

function unchanged(): never {
  throw new Error('expected a look that changes nothing');
}
