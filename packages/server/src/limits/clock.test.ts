import { expect, it } from 'vitest';
import { systemClock } from './clock.ts';

it('counts the same milliseconds as the machine', () => {
  const clock = systemClock();
  const before = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
  while (clock.wallMs() - before.wallMs < 20);
  const passedMs = clock.monotonicMs() - before.monotonicMs;
  expect(passedMs).toBeGreaterThan(15);
  expect(clock.wallMs()).toBeLessThanOrEqual(Date.now());
});

it.runIf(process.platform === 'linux')('is comparable between processes of one boot', () => {
  const [one, other] = [systemClock(), systemClock()];
  expect(one.bootId).toMatch(/^[0-9a-f-]{36}$/);
  expect(other.bootId).toBe(one.bootId);
  const first = one.monotonicMs();
  expect(other.monotonicMs()).toBeGreaterThanOrEqual(first);
});
