import { useEffect, useEffectEvent, useState } from 'react';
import { batched } from './batch.ts';
import { whenResumed } from './ended.ts';
import { type WhenHidden, whileLookedAt } from './looked-at.ts';
import { queryClient } from './query.ts';
import { sessionQuery } from './session.ts';
import { follow, type Line, type StreamEvent, type Surroundings } from './stream.ts';

const BROWSER: Surroundings = {
  fetch: (address, init) => fetch(address, { ...init, credentials: 'same-origin', redirect: 'error' }),
  random: Math.random,
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

/** What was read before a stream, which goes on behind it. */
type ReadBefore = { readonly newest: number | string };

/**
 * A stream of the API for as long as the page is there and looked at, and how it is. Events come in lots, one a frame. Nothing is
 * opened without an address. Another one begins anew, as does what was read anew: whatever was told before it came is in it, or is
 * told again. One that was refused is tried again when the page is looked at again and when somebody has signed in.
 */
export function useStream({
  address,
  behind,
  onEvents,
  whenHidden = 'rest',
}: {
  readonly address: string | undefined;
  /** Without it what happens from now on is told. */
  readonly behind?: ReadBefore | undefined;
  readonly whenHidden?: WhenHidden;
  readonly onEvents: (events: readonly StreamEvent[]) => void;
}): Line {
  const [line, setLine] = useState<Line>('connecting');
  const give = useEffectEvent(onEvents);
  useEffect(() => {
    if (address === undefined) return;
    const lots = batched<StreamEvent>((events) => give(events));
    let place = String(behind?.newest ?? '');
    let running: AbortController | undefined;
    /** Somebody has signed in again since it was opened: that it is over may be about the session before. */
    let isOfFormer = false;
    const onEvent = (event: StreamEvent, last: string) => {
      place = last;
      lots.add(event);
    };
    const onLine = (next: Line) => {
      setLine(next);
      if (next !== 'ended') return;
      running = undefined;
      if (isOfFormer) return wake();
      // Signed out, or with another role by now: the page says which.
      void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
    };
    const rest = () => {
      running?.abort();
      running = undefined;
    };
    const wake = () => {
      if (running !== undefined) return;
      isOfFormer = false;
      running = new AbortController();
      void follow({ address, lastEventId: place, onEvent, onLine }, BROWSER, running.signal);
    };
    const stops = [
      whileLookedAt(whenHidden, {
        wake,
        rest: () => {
          rest();
          setLine('resting');
        },
      }),
      whenResumed(() => {
        isOfFormer = true;
        wake();
      }),
      rest,
      lots.stop,
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [address, behind, whenHidden]);
  return address === undefined ? 'resting' : line;
}
