import { shared } from '../ui/index.ts';

/** Whether the gateway said that nobody is signed in here any more; no longer once somebody is again. */
const ended = shared(false);

export const noteEnded = ended.put;
export const useEnded = ended.use;

/** Calls `act` whenever somebody has signed in again, until what it returns is called. */
export function whenResumed(act: () => void): () => void {
  return ended.subscribe(() => {
    if (!ended.now()) act();
  });
}
