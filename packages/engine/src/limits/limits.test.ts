import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { micros } from '../../cases/samples.ts';
import type { Demand, WindowDemand } from '../decide/decision.ts';
import { WINDOW_UNITS } from '../policy.ts';
import { calendarSpan, openLedgers, peekAll, reserveAll, restore, settleAll } from './index.ts';
import { toLocalMs } from './zone.ts';

const NOON = Date.UTC(2026, 0, 5, 12);

function demand(rest: Partial<WindowDemand> = {}): WindowDemand {
  return {
    kind: 'window',
    rule: '/r',
    counter: 'c',
    key: 'k',
    message: 'm',
    onStoreError: 'deny',
    reset: 'rolling',
    windowMs: 60_000,
    timeZone: 'UTC',
    max: micros(10),
    amount: micros(1),
    ...rest,
  };
}
const running = (max: number): Demand => ({
  kind: 'concurrent',
  rule: '/n',
  counter: 'n',
  key: 'n',
  message: 'm',
  onStoreError: 'deny',
  max,
});

describe('a reservation', () => {
  it('takes all demands or none', () => {
    const ledgers = openLedgers();
    const one = demand({ key: 'a', max: micros(1) });
    const many = demand({ key: 'b' });
    expect(reserveAll(ledgers, [many, one], NOON).result.ok).toBe(true);
    expect(reserveAll(ledgers, [many, one], NOON).result).toMatchObject({ ok: false, refused: one });
    expect(peekAll(ledgers, [many], NOON).usage[0]).toMatchObject({ before: 1, after: 2, max: 10 });
  });

  it('counts two demands on one key both', () => {
    const ledgers = openLedgers();
    const two = [demand({ max: micros(3) }), demand({ max: micros(3) })];
    expect(reserveAll(ledgers, two, NOON).result.usage.map(({ after }) => after)).toEqual([1, 2]);
    expect(reserveAll(ledgers, two, NOON).result.ok).toBe(false);
    expect(peekAll(ledgers, [demand({ max: micros(3) })], NOON).ok).toBe(true);
    expect(reserveAll(openLedgers(), [running(1), running(1)], NOON).result.ok).toBe(false);
  });

  it('names the refusal that lasts longest, and 0 where no wait helps', () => {
    const ledgers = openLedgers();
    const short = demand({ key: 's', windowMs: 1_000, max: micros(1) });
    const long = demand({ key: 'l', windowMs: 9_000, max: micros(1) });
    reserveAll(ledgers, [short, long], NOON);
    expect(reserveAll(ledgers, [short, long], NOON).result).toMatchObject({
      refused: long,
      retryAfterMs: 9_001,
    });
    const other = demand({ key: 'o', windowMs: 9_000, max: micros(1) });
    reserveAll(ledgers, [other], NOON);
    // Where two last equally long it is the one that the policy names first.
    expect(reserveAll(ledgers, [short, other, long], NOON).result).toMatchObject({ refused: other });
    const never = demand({ amount: micros(11) });
    expect(reserveAll(ledgers, [never], NOON).result).toMatchObject({ ok: false, retryAfterMs: 0 });
  });

  it('is exact at the largest amounts', () => {
    const ledgers = openLedgers();
    const most = micros(9_007_199_254);
    expect(reserveAll(ledgers, [demand({ max: most, amount: most })], NOON).result.ok).toBe(true);
    // Sums of two such amounts are beyond what doubles hold.
    expect(reserveAll(ledgers, [demand({ max: most, amount: micros(0.000001) })], NOON).result.ok).toBe(
      false,
    );
  });

  it('survives a restart', () => {
    const before = openLedgers();
    const cells = [0, 5_000, 9_000].flatMap((later) => reserveAll(before, [demand()], NOON + later).taken);
    const after = openLedgers();
    restore(
      after,
      'k',
      cells.flatMap((taken) => (taken.kind === 'window' ? [taken] : [])),
    );
    for (const now of [NOON + 9_000, NOON + 60_001, NOON + 69_001]) {
      expect(peekAll(after, [demand()], now)).toEqual(peekAll(before, [demand()], now));
    }
  });

  it('finds the counter as it was when the policy changes the window', () => {
    const ledgers = openLedgers();
    const monthly = demand({ reset: 'calendar', unit: 'month', windowMs: 1 });
    reserveAll(ledgers, [monthly], Date.UTC(2026, 0, 4, 12));
    reserveAll(ledgers, [monthly], NOON);
    const daily = demand({ reset: 'calendar', unit: 'day', windowMs: 1 });
    expect(peekAll(ledgers, [daily], NOON).usage[0]?.before).toBe(1);
    expect(peekAll(ledgers, [demand()], NOON).usage[0]?.before).toBe(1);
    expect(peekAll(ledgers, [demand({ windowMs: 86_400_000 })], NOON).usage[0]?.before).toBe(2);
  });

  it('says that a place among running calls may be free in a second, and 0 where there is none', () => {
    const ledgers = openLedgers();
    reserveAll(ledgers, [running(1)], NOON);
    expect(peekAll(ledgers, [running(1)], NOON)).toMatchObject({ ok: false, retryAfterMs: 1_000 });
    expect(peekAll(ledgers, [running(0)], NOON)).toMatchObject({ ok: false, retryAfterMs: 0 });
  });

  it('counts running calls down to nothing', () => {
    const ledgers = openLedgers();
    const calls = [1, 2, 3].map(() => reserveAll(ledgers, [running(3)], NOON).taken);
    for (const before of [3, 2, 1]) {
      expect(peekAll(ledgers, [running(9)], NOON).usage[0]?.before).toBe(before);
      settleAll(ledgers, calls.pop() ?? [], 'given_back');
    }
    expect(ledgers.running.size).toBe(0);
  });

  it('frees a running call once, whatever its fate', () => {
    const ledgers = openLedgers();
    const { taken } = reserveAll(ledgers, [running(1)], NOON);
    expect(reserveAll(ledgers, [running(1)], NOON).result.ok).toBe(false);
    settleAll(ledgers, taken, 'kept');
    expect(reserveAll(ledgers, [running(1)], NOON).result.ok).toBe(true);
  });
});

const act = fc.record({
  later: fc.integer({ min: -2_000, max: 4_000 }),
  amount: fc.integer({ min: 0, max: 5 }),
  kind: fc.constantFrom('rolling', 'longer', 'calendar'),
  giveBack: fc.option(fc.nat(30), { nil: undefined }),
});
const SHAPES = {
  rolling: { reset: 'rolling', windowMs: 5_000, max: micros(10) },
  longer: { reset: 'rolling', windowMs: 20_000, max: micros(25) },
  calendar: { reset: 'calendar', unit: 'second', windowMs: 1_000, max: micros(6) },
} as const;

describe('a ledger', () => {
  it('agrees with counting everything anew each time', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const ledgers = openLedgers();
        const held: { atMs: number; amount: number }[] = [];
        let now = NOON;
        let newest = Number.NEGATIVE_INFINITY;
        for (const { later, amount, kind, giveBack } of acts) {
          now += later;
          newest = Math.max(newest, now);
          const one = demand({ ...SHAPES[kind], amount: micros(amount) });
          const since = one.reset === 'rolling' ? newest - one.windowMs : Math.floor(newest / 1_000) * 1_000;
          const before = held.reduce((sum, cell) => sum + (cell.atMs >= since ? cell.amount : 0), 0);
          const { result, taken } = reserveAll(ledgers, [one], now);
          expect(result.usage[0]?.before).toBe(before / 1_000_000);
          expect(result.ok).toBe(before + one.amount <= one.max);
          held.push(...taken.flatMap((cell) => (cell.kind === 'window' ? [{ ...cell }] : [])));
          const [back] = giveBack === undefined ? [] : held.splice(giveBack, 1);
          if (back !== undefined) settleAll(ledgers, [{ kind: 'window', key: 'k', ...back }], 'given_back');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('admits after exactly retryAfterMs, and not a millisecond before', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), fc.integer({ min: 1, max: 10 }), (acts, amount) => {
        const ledgers = openLedgers();
        let now = NOON;
        for (const { later, ...one } of acts) {
          now += Math.abs(later);
          reserveAll(ledgers, [demand({ ...SHAPES.rolling, amount: micros(one.amount) })], now);
        }
        const asked = [demand({ ...SHAPES.rolling, amount: micros(amount) })];
        const result = peekAll(ledgers, asked, now);
        if (result.ok) return;
        expect(peekAll(ledgers, asked, now + result.retryAfterMs - 1).ok).toBe(false);
        expect(peekAll(ledgers, asked, now + result.retryAfterMs).ok).toBe(true);
      }),
    );
  });

  it('costs no more per call when it is full', () => {
    const ledgers = openLedgers();
    const big = [demand({ windowMs: 1e9, max: micros(1e9) })];
    const started = performance.now();
    for (let index = 0; index < 200_000; index += 1) reserveAll(ledgers, big, NOON + index);
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

describe('a calendar span', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/Santiago',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Pacific/Apia',
  );
  const moment = fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2037, 0, 1) });

  it('contains its moment, and starts where the span before it ends', () => {
    fc.assert(
      fc.property(moment, fc.constantFrom(...WINDOW_UNITS), zone, (atMs, unit, timeZone) => {
        const span = calendarSpan(atMs, unit, timeZone);
        expect(span.startMs).toBeLessThanOrEqual(atMs);
        expect(span.endMs).toBeGreaterThan(atMs);
        const before = calendarSpan(span.startMs - 1, unit, timeZone);
        expect(before.endMs).toBe(span.startMs);
      }),
      { numRuns: 1_000 },
    );
  });

  it('starts days at midnight and weeks on Monday wherever midnight is shown', () => {
    fc.assert(
      fc.property(moment, zone, (atMs, timeZone) => {
        const local = new Date(toLocalMs(calendarSpan(atMs, 'week', timeZone).startMs, timeZone));
        expect(local.getUTCDay()).toBe(1);
        expect(local.getUTCHours()).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('knows a day that was skipped', () => {
    const span = calendarSpan(Date.UTC(2011, 11, 30, 12), 'day', 'Pacific/Apia');
    expect(new Date(toLocalMs(span.startMs, 'Pacific/Apia')).toISOString()).toBe('2011-12-31T00:00:00.000Z');
  });
});
