import { expect, it } from 'vitest';
import { admit, admitMany, DAY_MS, MINUTE_MS, type Start, units, windowDemand } from './fixtures.ts';

export function describeTime(start: Start): void {
  it('admits again when the rolling window has passed, and not a millisecond earlier', async () => {
    const { store, clock } = await start();
    const demand = windowDemand({ max: units(1) });
    await admit(store, demand);
    clock.pass(MINUTE_MS);
    expect((await admit(store, demand)).result.ok).toBe(false);
    clock.pass(1);
    expect((await admit(store, demand)).result.ok).toBe(true);
  });

  it('admits again when the calendar day has changed', async () => {
    const { store, clock, reopen } = await start();
    const demand = windowDemand({ reset: 'calendar', unit: 'day', windowMs: DAY_MS, max: units(2) });
    expect(await admitMany(store, 5, demand)).toHaveLength(2);
    clock.pass(6 * 3_600_000);
    const later = await reopen();
    expect(await admitMany(later, 5, demand)).toHaveLength(0);
    clock.pass(6 * 3_600_000);
    expect(await admitMany(later, 5, demand)).toHaveLength(2);
  });

  for (const reset of ['rolling', 'calendar'] as const) {
    const demand = windowDemand({ reset, unit: 'hour', windowMs: 3_600_000, max: units(2) });

    it.each([DAY_MS, -DAY_MS])(
      `grants nothing in a ${reset} window when the wall clock steps by %i ms`,
      async (step) => {
        const { store, clock, reopen } = await start();
        expect(await admitMany(store, 5, demand)).toHaveLength(2);
        clock.stepWall(step);
        expect(await admitMany(store, 5, demand)).toHaveLength(0);
        const again = await reopen();
        expect(await admitMany(again, 5, demand)).toHaveLength(0);
        clock.stepWall(-step);
        expect(await admitMany(again, 5, demand)).toHaveLength(0);
      },
    );
  }

  it('has a time of its own, which passes and which no step of the wall clock moves', async () => {
    const { store, clock } = await start();
    const before = store.nowMs();
    clock.stepWall(365 * DAY_MS);
    expect(store.nowMs()).toBe(before);
    clock.pass(MINUTE_MS);
    expect(store.nowMs()).toBe(before + MINUTE_MS);
  });

  it('does not go back in time when the machine starts with a clock that is a day slow', async () => {
    const { store, clock, reopen } = await start();
    const demand = windowDemand({ max: units(1) });
    await admit(store, demand);
    clock.boot();
    clock.stepWall(-DAY_MS);
    const { result } = await admit(await reopen(), demand);
    expect(result).toMatchObject({ ok: false, retryAfterMs: MINUTE_MS + 1 });
  });

  it.each(['rolling', 'calendar'] as const)(
    'says exactly when a %s window has room where the clock was ahead before the machine was started again',
    async (reset) => {
      const { clock, reopen } = await start();
      const demand = windowDemand({ reset, unit: 'hour', windowMs: 3_600_000, max: units(1) });
      clock.boot();
      clock.stepWall(DAY_MS);
      await admit(await reopen(), demand);
      clock.boot();
      clock.stepWall(-DAY_MS);
      const store = await reopen();
      const { result } = await admit(store, demand);
      const waitMs = result.ok ? 0 : result.retryAfterMs;
      expect(waitMs).toBeGreaterThan(60_000);
      clock.pass(waitMs - 1);
      expect((await admit(store, demand)).result).toMatchObject({ ok: false, retryAfterMs: 1 });
      clock.pass(1);
      expect((await admit(store, demand)).result.ok).toBe(true);
    },
  );

  it('takes the wall clock afresh when the machine was off', async () => {
    const { store, clock, reopen } = await start();
    const demand = windowDemand({ max: units(1) });
    await admit(store, demand);
    clock.boot();
    clock.stepWall(2 * MINUTE_MS);
    expect((await admit(await reopen(), demand)).result.ok).toBe(true);
  });
}
