import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type Answer,
  amountOf,
  arbitraryDemands,
  arbitraryFate,
  arbitraryPassing,
  DAY_MS,
  type Fate,
  Model,
  printDemands,
  STARTS_MS,
} from '../../test/limits-model.ts';
import { seeded, times } from '../../test/runs.ts';
import type { Demand, ReserveResult } from '../decide/decision.ts';
import { openLedgers, peekAll, reserveAll, restore, settleAll, type Taken } from './index.ts';

const HISTORIES = times(10_000);

/** Ledgers, with what a store keeps beside them: the cells of what was taken, by key and time. */
class Counted {
  ledgers = openLedgers();
  nowMs = STARTS_MS;
  readonly cells = new Map<string, Map<number, number>>();
  readonly open = new Map<number, readonly Taken[]>();

  store(taken: readonly Taken[]): void {
    for (const one of taken) {
      if (one.kind === 'concurrent') continue;
      const cells = this.cells.get(one.key) ?? new Map<number, number>();
      cells.set(one.atMs, (cells.get(one.atMs) ?? 0) + one.amount);
      this.cells.set(one.key, cells);
    }
  }

  remove(taken: readonly Taken[]): void {
    for (const one of taken) {
      const held = one.kind === 'window' ? this.cells.get(one.key)?.get(one.atMs) : undefined;
      if (one.kind === 'window' && held !== undefined)
        this.cells.get(one.key)?.set(one.atMs, held - one.amount);
    }
  }

  newestOf(key: string): number | undefined {
    const held = [...(this.cells.get(key) ?? [])].filter(([, amount]) => amount > 0);
    return held.length === 0 ? undefined : Math.max(...held.map(([atMs]) => atMs));
  }
}

/** What happens to both; fast-check makes histories of these. */
class Event implements fc.Command<Model, Counted> {
  readonly #name: string;
  readonly #happen: (model: Model, real: Counted) => void;
  constructor(name: string, happen: (model: Model, real: Counted) => void) {
    this.#name = name;
    this.#happen = happen;
  }
  check(): boolean {
    return true;
  }
  run(model: Model, real: Counted): void {
    this.#happen(model, real);
  }
  toString(): string {
    return this.#name;
  }
}

function agree(demands: readonly Demand[], result: ReserveResult, expected: Answer): void {
  const unit = (index: number) => (demands[index]?.kind === 'window' ? 1_000_000 : 1);
  const after = demands.map(
    (one, index) => (expected.before[index] ?? 0) + (expected.ok ? amountOf(one) : 0),
  );
  const usage = expected.before.map((before, index) => [
    before / unit(index),
    (after[index] ?? 0) / unit(index),
  ]);
  expect([result.ok, ...result.usage.map((one) => [one.before, one.after])]).toEqual([expected.ok, ...usage]);
}

const reserve = (demands: readonly Demand[]) =>
  new Event(`reserve ${printDemands(demands)}`, (model, real) => {
    agree(demands, peekAll(real.ledgers, demands, real.nowMs), model.peek(demands, real.nowMs));
    const { result, taken } = reserveAll(real.ledgers, demands, real.nowMs);
    const expected = model.reserve(demands, real.nowMs);
    agree(demands, result, expected);
    if (taken.length !== (expected.ok ? demands.length : 0)) expect(taken).toHaveLength(demands.length);
    real.store(taken);
    if (expected.ok) real.open.set(expected.call, taken);
  });

const settle = ([which, fate]: readonly [number, Fate]) =>
  new Event(`settle ${which} ${fate}`, (model, real) => {
    const [call, taken] = [...real.open][which % Math.max(1, real.open.size)] ?? [];
    if (call === undefined || taken === undefined) return;
    real.open.delete(call);
    settleAll(real.ledgers, taken, fate);
    if (fate === 'given_back') real.remove(taken);
    model.settle(call, fate);
  });

const pass = (ms: number) =>
  new Event(`pass ${ms}`, (_model, real) => {
    real.nowMs += ms;
  });

/** Everything in memory goes: calls in flight are over, what they took stays. */
const restart = new Event('restart', (model, real) => {
  real.ledgers = openLedgers();
  for (const [key, cells] of real.cells) {
    const kept = [...cells].map(([atMs, amount]) => ({ atMs, amount }));
    restore(real.ledgers, key, kept.reverse());
  }
  real.open.clear();
  model.restart((key) => real.newestOf(key));
});

const events = fc.commands(
  [
    arbitraryDemands.map(reserve),
    arbitraryDemands.map(reserve),
    arbitraryDemands.map(reserve),
    arbitraryDemands.map(reserve),
    fc.tuple(fc.nat(9), arbitraryFate).map(settle),
    arbitraryPassing.map(pass),
    fc.constantFrom(-DAY_MS, -1, DAY_MS).map(pass),
    fc.constant(restart),
  ],
  { maxCommands: 30, size: 'max' },
);

it(`every one of ${HISTORIES} histories of reservations agrees with counting them all anew`, {
  timeout: 600_000,
}, () => {
  let reservations = 0;
  fc.assert(
    fc.property(events, (history) => {
      const model = new Model();
      fc.modelRun(() => ({ model, real: new Counted() }), history);
      reservations += model.reserved.length;
      expect(model.violations()).toEqual([]);
    }),
    seeded(HISTORIES),
  );
  console.log(`${reservations} reservations in ${HISTORIES} histories`);
});
