import { useSyncExternalStore } from 'react';

let isEnded = false;
const listeners = new Set<() => void>();

/** Notes whether the gateway said that nobody is signed in here any more, or that somebody is again. */
export function noteEnded(next: boolean): void {
  if (next === isEnded) return;
  isEnded = next;
  for (const listener of listeners) listener();
}

export function useEnded(): boolean {
  return useSyncExternalStore(subscribe, () => isEnded);
}

/** Calls `act` whenever somebody has signed in again, until what it returns is called. */
export function whenResumed(act: () => void): () => void {
  return subscribe(() => {
    if (!isEnded) act();
  });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
