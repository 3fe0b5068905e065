import type { GatewayOptions } from '../../../src/index.ts';

export type MovedClock = NonNullable<GatewayOptions['clock']> & {
  /** Time goes by. */
  readonly pass: (ms: number) => void;
  /** The wall clock is set, forwards or back; no time goes by. */
  readonly step: (ms: number) => void;
};

/** A clock that stands still unless a case moves it. */
export function movedClock(wallMs: number): MovedClock {
  let wall = wallMs;
  let monotonic = 1_000;
  return {
    wallMs: () => wall,
    monotonicMs: () => monotonic,
    pass: (ms) => {
      wall += ms;
      monotonic += ms;
    },
    step: (ms) => {
      wall += ms;
    },
  };
}

/** The clock of this machine, which a case moves on and sets. */
export function runningClock(): MovedClock {
  let [passedMs, setMs] = [0, 0];
  return {
    wallMs: () => Date.now() + passedMs + setMs,
    monotonicMs: () => performance.now() + passedMs,
    pass: (ms) => {
      passedMs += ms;
    },
    step: (ms) => {
      setMs += ms;
    },
  };
}
