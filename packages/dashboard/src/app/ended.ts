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

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
