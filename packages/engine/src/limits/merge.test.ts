import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { micros } from '../../cases/samples.ts';
import type { WindowDemand } from '../decide/decision.ts';
import { type Cell, mergeCells, openLedgers, peekAll, reserveAll, restore, settleAll } from './index.ts';

const NOON = Date.UTC(2026, 0, 5, 12);
const KEY = 'k';

const demand = (rest: Partial<WindowDemand> = {}): WindowDemand => ({
  kind: 'window',
  rule: '/r',
  counter: 'c',
  key: KEY,
  message: 'm',
  onStoreError: 'deny',
  reset: 'rolling',
  windowMs: 5_000,
  timeZone: 'UTC',
  max: micros(20),
  amount: micros(1),
  ...rest,
});

const DEMANDS = [
  demand(),
  demand({ windowMs: 20_000, max: micros(40) }),
  demand({ reset: 'calendar', unit: 'second', windowMs: 1_000 }),
] as const;

const usedOf = (ledgers: ReturnType<typeof openLedgers>, one: WindowDemand, nowMs: number) =>
  peekAll(ledgers, [one], nowMs).usage[0]?.before;

/** Places that count by the same cells, each of which it is told before it acts. */
class Places {
  readonly #cells = new Map<number, number>();
  readonly #places = [0, 1, 2].map(() => ({ ledgers: openLedgers(), unseen: new Map<number, number>() }));

  at(place: number): ReturnType<typeof openLedgers> {
    const one = this.#places[place];
    if (one === undefined) throw new RangeError(`expected a place, found ${place}`);
    if (!one.ledgers.windows.has(KEY)) restore(one.ledgers, KEY, cellsOf(this.#cells));
    else mergeCells(one.ledgers, KEY, cellsOf(one.unseen));
    one.unseen.clear();
    return one.ledgers;
  }

  store(place: number, { atMs, amount }: Cell, sign: 1 | -1): void {
    const now = Math.max(0, (this.#cells.get(atMs) ?? 0) + sign * amount);
    this.#cells.set(atMs, now);
    for (const [index, { unseen }] of this.#places.entries()) if (index !== place) unseen.set(atMs, now);
  }
}

function cellsOf(cells: ReadonlyMap<number, number>): readonly Cell[] {
  return [...cells].map(([atMs, amount]) => ({ atMs, amount })).reverse();
}

const act = fc.record({
  place: fc.nat(2),
  laterMs: fc.integer({ min: 0, max: 4_000 }),
  which: fc.nat(2),
  amount: fc.integer({ min: 0, max: 5 }),
  giveBack: fc.option(fc.nat(30), { nil: undefined }),
});

describe('cells that others changed', () => {
  it('count as if one place had taken all of them', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const places = new Places();
        const alone = openLedgers();
        const held: Cell[] = [];
        let nowMs = NOON;
        for (const { amount, giveBack, laterMs, place, which } of acts) {
          nowMs += laterMs;
          const one = { ...(DEMANDS[which] ?? DEMANDS[0]), amount: micros(amount) };
          const { result, taken } = reserveAll(places.at(place), [one], nowMs);
          const expected = reserveAll(alone, [one], nowMs);
          expect(result).toEqual(expected.result);
          // A place that never saw a cell which was given back may count at an earlier moment; both are right.
          if (JSON.stringify(taken) !== JSON.stringify(expected.taken)) return;
          for (const cell of taken.filter(({ kind }) => kind === 'window') as readonly Cell[]) {
            held.push(cell);
            places.store(place, cell, 1);
          }
          const [back] = giveBack === undefined ? [] : held.splice(giveBack, 1);
          if (back === undefined) continue;
          const given = [{ kind: 'window', key: KEY, ...back }] as const;
          settleAll(places.at(place), given, 'given_back');
          settleAll(alone, given, 'given_back');
          places.store(place, back, -1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('replace what is held of their moment, and stand in their order', () => {
    const ledgers = openLedgers();
    restore(ledgers, KEY, [
      { atMs: NOON, amount: micros(4) },
      { atMs: NOON + 2_000, amount: micros(1) },
    ]);
    expect(usedOf(ledgers, DEMANDS[0], NOON + 2_000)).toBe(5);
    mergeCells(ledgers, KEY, [
      { atMs: NOON + 3_000, amount: micros(2) },
      { atMs: NOON + 1_000, amount: micros(8) },
      { atMs: NOON, amount: micros(3) },
    ]);
    expect(usedOf(ledgers, DEMANDS[0], NOON + 3_000)).toBe(14);
    expect(usedOf(ledgers, DEMANDS[0], NOON + 5_001)).toBe(11);
    expect(usedOf(ledgers, DEMANDS[0], NOON + 6_001)).toBe(3);
  });

  it('count nowhere when no window sees them any more', () => {
    const ledgers = openLedgers();
    reserveAll(ledgers, [DEMANDS[0]], NOON);
    expect(usedOf(ledgers, DEMANDS[0], NOON + 5_001)).toBe(0);
    mergeCells(ledgers, KEY, [
      { atMs: NOON - 1, amount: micros(9) },
      { atMs: NOON, amount: micros(9) },
    ]);
    expect(usedOf(ledgers, DEMANDS[0], NOON + 5_001)).toBe(0);
  });

  it('make no counter, and no cell where there was nothing to give back', () => {
    const ledgers = openLedgers();
    mergeCells(ledgers, KEY, [{ atMs: NOON, amount: micros(1) }]);
    expect(ledgers.windows.size).toBe(0);
    restore(ledgers, KEY, []);
    mergeCells(ledgers, KEY, [{ atMs: NOON, amount: 0 }]);
    expect(ledgers.windows.get(KEY)?.times).toEqual([]);
  });
});
