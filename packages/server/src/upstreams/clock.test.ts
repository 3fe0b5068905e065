import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('goes on when somebody sets the time of day: a call would be too old, or a list new for days', () => {
  const before = systemClock.now();
  for (const set of ['1999-12-31', '2099-01-01']) {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(set) });
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(0);
    expect(systemClock.now() - before).toBeLessThan(10_000);
  }
});
