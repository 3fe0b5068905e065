import { setTimeout as wait } from 'node:timers/promises';

type Times = {
  readonly everyMs: number;
  /** Milliseconds to the first time; absent: `everyMs`. */
  readonly firstMs?: number;
};

/** Does `work`, which does not reject, with a pause before each time, until it is disposed of; what is under way then is waited for. */
export function repeatedly(
  { everyMs, firstMs = everyMs }: Times,
  work: (stop: AbortSignal) => Promise<void>,
): AsyncDisposable {
  const stop = new AbortController();
  const run = async (): Promise<void> => {
    for (let pauseMs = firstMs; ; pauseMs = everyMs) {
      await wait(pauseMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
      if (stop.signal.aborted) return;
      await work(stop.signal);
    }
  };
  const running = run();
  return {
    [Symbol.asyncDispose]: () => {
      stop.abort();
      return running;
    },
  };
}
