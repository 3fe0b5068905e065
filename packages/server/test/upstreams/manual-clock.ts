import type { Clock } from '../../src/upstreams/clock.ts';

/** A clock that a test moves; timers run in the order of their time. */
type ManualClock = Clock & { advance: (ms: number) => void; timers: () => number };

export function manualClock(startMs = 1_000_000): ManualClock {
  let now = startMs;
  const timers = new Map<symbol, { atMs: number; action: () => void }>();
  return {
    now: () => now,
    after(ms, action) {
      const key = Symbol();
      timers.set(key, { atMs: now + ms, action });
      return () => timers.delete(key);
    },
    timers: () => timers.size,
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const [next] = [...timers]
          .filter(([, { atMs }]) => atMs <= until)
          .sort(([, a], [, b]) => a.atMs - b.atMs);
        if (next === undefined) break;
        timers.delete(next[0]);
        now = Math.max(now, next[1].atMs);
        next[1].action();
      }
      now = until;
    },
  };
}
