/**
 * The epoch of Redis, as the database knows it. A marker is its number, a drawn name and the process of Redis that it began on; a group
 * that Redis counted is written only while its marker is this one. So whoever takes the marker away, in the transaction of what Redis did
 * not count, has all replicas begin another epoch, in which counters are read anew. The drawn name tells it from that of a copy of the
 * database, whose epochs have the same numbers.
 */
import { randomBytes } from 'node:crypto';
import type { SavedTime } from '../../journal/index.ts';
import { isOf } from '../../redis/index.ts';
import { beginLocked, commit, JOURNAL_LOCK, takeBack } from '../executor.ts';
import type { PoolClient } from '../pool.ts';
import { toStoredKey } from './stored-key.ts';

const NAME_BYTES = 8;

/** Ends the epoch, if one has begun. */
export const END_EPOCH =
  'update limits_epoch set number = number + 1, marker = null where marker is not null';

type Entering = {
  readonly replica: string;
  /** The process of Redis that answers. */
  readonly server: string;
  /** What Redis has. */
  readonly held: string | undefined;
  /** One that is not to be used any more, whatever the database says. */
  readonly doubtful: string | undefined;
  /** Calls in flight of this replica that are not written yet. */
  readonly running: ReadonlyMap<string, number>;
};

type Entered = { readonly marker: string; readonly isNew: boolean; readonly saved: SavedTime | undefined };

/** Takes the epoch that goes on, or begins another one. Every group that is written before is in the database by then, and none after with another marker. */
export async function enterEpoch(client: PoolClient, entering: Entering): Promise<Entered> {
  const { doubtful, held, replica, running, server } = entering;
  try {
    await client.query(beginLocked([JOURNAL_LOCK]));
    const { rows } = await client.query<{ number: number; marker: string | null; saved: SavedTime | null }>(
      `select number, marker, (select json_build_object('at', at, 'monotonic', monotonic, 'boot', boot) from ledger_clock) as saved
       from limits_epoch`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('expected an epoch, found none');
    const saved = row.saved ?? undefined;
    const goesOn = row.marker === held && row.marker !== doubtful && running.size === 0;
    if (goesOn && row.marker !== null && isOf(server, row.marker)) {
      await client.query('rollback');
      return { marker: row.marker, isNew: false, saved };
    }
    const marker = `${row.number + 1}:${randomBytes(NAME_BYTES).toString('hex')}:${server}`;
    await commit(client, [
      client.query('update limits_epoch set number = number + 1, marker = $1', [marker]),
      ...(running.size === 0 ? [] : [writeRunning(client, replica, running)]),
    ]);
    return { marker, isNew: true, saved };
  } catch (error) {
    await takeBack(client, error);
    throw error;
  }
}

/** The name by which Redis knows this database. */
export async function databaseName(client: Pick<PoolClient, 'query'>): Promise<string> {
  const { rows } = await client.query<{ name: string }>('select name from limits_epoch');
  const [row] = rows;
  if (row === undefined) throw new Error('expected an epoch, found none');
  return row.name;
}

/** Sets how many calls of counters a replica has in flight, by the numbers of the parameters. */
export function setRunning(replica: string, counters: string, calls: string): string {
  return `insert into running (counter, replica, calls)
    select counter, ${replica}, calls from unnest(${counters}::text[], ${calls}::bigint[]) as one (counter, calls)
    on conflict (counter, replica) do update set calls = excluded.calls`;
}

function writeRunning(client: PoolClient, replica: string, running: ReadonlyMap<string, number>) {
  const numbers = `{${[...running.values()].join()}}`;
  return client.query(setRunning('$1', '$2', '$3'), [replica, [...running.keys()].map(toStoredKey), numbers]);
}
