import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StoreError } from '@boomgate/server/stored';
import type { Place } from '../plan/index.ts';
import type { World } from '../world.ts';
import { interruption } from './signals.ts';

/** Milliseconds between looks for what is new. */
const POLL_MS = 300;

/** What a look says: more is there already, that was all for now, or nobody need look again. */
type Looked = 'more' | 'all' | 'over';

/**
 * Looks into the store for what is new until a signal, or until a look says that it is over. Rejects with `StoreError` once another
 * database lies in the folder, as after a restore: the one that is open would be looked at for ever, and nobody writes it.
 */
export async function lookOn(
  { keep }: Pick<World, 'keep'>,
  place: Place,
  look: () => Promise<Looked>,
): Promise<void> {
  const ending = keep(interruption());
  const stop = new AbortController();
  void ending.requested.then(() => stop.abort());
  const opened = await databaseIn(place);
  while (!stop.signal.aborted) {
    const looked = await look();
    if (looked === 'over') return;
    const now = await databaseIn(place);
    if (now !== undefined && now !== opened)
      throw new StoreError(
        'conflict',
        `another store was put into ${place.data} meanwhile: start this again`,
      );
    if (looked === 'all') await pause(POLL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}

/** What tells the file of a folder's database from another one of that name. */
async function databaseIn({ data, database }: Place): Promise<string | undefined> {
  if (database !== undefined) return undefined;
  const found = await stat(join(data, 'boomgate.db'), { bigint: true }).catch(() => undefined);
  return found && `${found.dev} ${found.ino}`;
}
