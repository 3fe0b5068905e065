import { setTimeout as pause } from 'node:timers/promises';
import type { World } from '../world.ts';
import { interruption } from './signals.ts';

/** Milliseconds between looks for what is new. */
const POLL_MS = 300;

/** What a look says: more is there already, that was all for now, or nobody need look again. */
export type Looked = 'more' | 'all' | 'over';

/** Looks for what is new until a signal, or until a look says that it is over. */
export async function lookOn({ keep }: Pick<World, 'keep'>, look: () => Promise<Looked>): Promise<void> {
  const ending = keep(interruption());
  const stop = new AbortController();
  void ending.requested.then(() => stop.abort());
  while (!stop.signal.aborted) {
    const looked = await look();
    if (looked === 'over') return;
    if (looked === 'all') await pause(POLL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}
