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
