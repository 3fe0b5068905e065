import type { Answered } from '@boomgate/contract';
import { type OnePage, only, usePages } from './pages.ts';

/** Milliseconds between looks at what waits. */
const LOOK_MS = 5_000;

type Query = { readonly cursor?: string; readonly state?: 'waiting' };

/** A list of what waits for a decision, and one of what was decided. */
export function useWaitingAndDecided<Item extends { readonly state: string }>(
  key: string,
  read: (query: Query) => Promise<Answered<OnePage<Item>>>,
) {
  const waiting = usePages([key, 'waiting'], (page) => read({ ...page, state: 'waiting' }), {
    refetchMs: LOOK_MS,
  });
  const decided = usePages([key, 'decided'], (page) => only(read(page), ({ state }) => state !== 'waiting'));
  return { waiting, decided };
}
