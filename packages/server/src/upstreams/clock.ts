/** Time as this room sees it, so that tests can move it. */
export type Clock = {
  /** Milliseconds since some fixed moment: nobody sets it, as they do the time of day. */
  now(): number;
  /** Runs `action` once after `ms` milliseconds; the result cancels it. */
  after(ms: number, action: () => void): () => void;
};

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves with the promise, or with `late` after `ms` milliseconds; leaves no timer behind. */
export function within<T, L>(
  promise: Promise<T>,
  limit: { clock: Clock; ms: number; late: L },
): Promise<T | L> {
  return new Promise((resolve, reject) => {
    const cancel = limit.clock.after(limit.ms, () => resolve(limit.late));
    promise.then(resolve, reject).finally(cancel);
  });
}

/** Resolves after `ms` milliseconds. */
export function delay(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
