import type { World } from '../world.ts';

/** Signals that ask a program to end; the last says that its terminal is gone. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** 128 + SIGINT, as shells have it. */
const KILLED = 130;

export type Interruption = Disposable & {
  /** Resolves with the first signal; a second one ends the process at once. */
  readonly requested: Promise<NodeJS.Signals>;
};

type Terminals = Pick<World, 'stdin'> & { readonly facts: Pick<World['facts'], 'stdout' | 'stderr'> };

/** Listens for the signals until it is disposed of. */
export function interruption(): Interruption {
  return listenFor(ENDING);
}

/**
 * For what goes on by itself. Where it has no terminal that could be gone, as behind nohup and for a service, a hang-up asks to read the
 * configuration again, which is looked at all the time: it does not end.
 */
export function serviceInterruption({ facts, stdin }: Terminals): Interruption {
  const isAtTerminal = facts.stdout.isTty || facts.stderr.isTty || ('isTTY' in stdin && stdin.isTTY === true);
  if (isAtTerminal) return interruption();
  // Without anybody who listens, the system would end it.
  const pass = (): void => undefined;
  process.on('SIGHUP', pass);
  const listening = listenFor(ENDING.filter((signal) => signal !== 'SIGHUP'));
  return {
    requested: listening.requested,
    [Symbol.dispose]: () => {
      process.off('SIGHUP', pass);
      listening[Symbol.dispose]();
    },
  };
}

function listenFor(signals: readonly NodeJS.Signals[]): Interruption {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let seen = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (seen) process.exit(KILLED);
    seen = true;
    resolve(signal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    requested: promise,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
