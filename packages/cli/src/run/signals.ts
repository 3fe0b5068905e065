/** Signals that ask a program to end. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** 128 + SIGINT, as shells have it. */
const KILLED = 130;

export type Interruption = Disposable & {
  /** Resolves with the first signal; a second one ends the process at once. */
  readonly requested: Promise<NodeJS.Signals>;
};

/** Listens for the signals until it is disposed of. */
export function interruption(): Interruption {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let seen = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (seen) process.exit(KILLED);
    seen = true;
    resolve(signal);
  };
  for (const signal of ENDING) process.on(signal, onSignal);
  return {
    requested: promise,
    [Symbol.dispose]: () => {
      for (const signal of ENDING) process.off(signal, onSignal);
    },
  };
}
