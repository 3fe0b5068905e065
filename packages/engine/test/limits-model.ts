/**
 * A sequential model of limits (policy language §5) that keeps every reservation with its time and counts them all anew for each
 * question: what ledgers and stores are held against. It has no windows, cells or running sums that could be wrong.
 */
import fc from 'fast-check';
import type { Demand, Micros, WindowDemand } from '../src/index.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

export type { Demand };
export type Fate = 'kept' | 'given_back';
type Reserved = {
  readonly demand: Demand;
  readonly atMs: number;
  /** The number of the call: two demands of one call are reserved together. */
  readonly call: number;
  isGivenBack: boolean;
  isRunning: boolean;
};
export type Answer = { readonly ok: boolean; readonly before: readonly number[] };

export class Model {
  readonly reserved: Reserved[] = [];
  /** The newest moment each counter was asked at: where a clock goes backwards, the counter's time stands still. */
  readonly #newest = new Map<string, number>();
  #calls = 0;

  /** What a reservation must answer at a moment; takes it when it fits. */
  reserve(demands: readonly Demand[], nowMs: number): Answer & { readonly call: number } {
    const answer = this.peek(demands, nowMs);
    this.#calls += 1;
    const call = this.#calls;
    for (const demand of answer.ok ? demands : []) {
      const atMs = this.#see(demand.key, nowMs);
      const isRunning = demand.kind === 'concurrent';
      this.reserved.push({ demand, atMs, call, isGivenBack: false, isRunning });
    }
    return { ...answer, call };
  }

  peek(demands: readonly Demand[], nowMs: number): Answer {
    const before = demands.map((demand, index) => {
      const ahead = demands.slice(0, index).filter(({ key }) => key === demand.key);
      return this.used(demand, this.#see(demand.key, nowMs)) + sum(ahead);
    });
    const ok = demands.every((demand, index) => (before[index] ?? 0) + amountOf(demand) <= demand.max);
    return { ok, before };
  }

  /** A counter was asked at this moment; the moment that it takes it for. */
  #see(key: string, nowMs: number): number {
    const newest = Math.max(this.#newest.get(key) ?? nowMs, nowMs);
    this.#newest.set(key, newest);
    return newest;
  }

  settle(call: number, fate: Fate): void {
    for (const one of this.reserved.filter((each) => each.call === call)) {
      one.isRunning = false;
      if (fate === 'given_back') one.isGivenBack = true;
    }
  }

  /** A restart ends every call in flight, and counters remember the time of what they still hold. */
  restart(newestOf: (key: string) => number | undefined): void {
    for (const key of this.#newest.keys()) {
      const newest = newestOf(key);
      if (newest === undefined) this.#newest.delete(key);
      else this.#newest.set(key, newest);
    }
    for (const one of this.reserved) one.isRunning = false;
  }

  /** Millionths, or calls in flight. */
  used(demand: Demand, atMs: number): number {
    const own = this.reserved.filter((one) => one.demand.key === demand.key);
    if (demand.kind === 'concurrent') return own.filter(({ isRunning }) => isRunning).length;
    const counts = ({ atMs: then }: Reserved) =>
      demand.reset === 'rolling'
        ? then >= atMs - demand.windowMs
        : unitOf(demand, then) === unitOf(demand, atMs);
    return sum(own.filter((one) => !one.isGivenBack && counts(one)).map((one) => one.demand));
  }

  /**
   * What a history broke: a stretch as long as a rolling window, or a calendar unit, that admitted more than was allowed when its
   * last reservation was made. Empty when nothing.
   */
  violations(): readonly string[] {
    return this.rollingViolations().concat(
      this.#exceeding(
        'calendar',
        (demand, one, last) => unitOf(demand, one.atMs) === unitOf(demand, last.atMs),
      ),
    );
  }

  /** By whatever time each reservation is said to have been made. */
  rollingViolations(timeOf: (one: Reserved) => number = ({ atMs }) => atMs): readonly string[] {
    return this.#exceeding('rolling', (demand, one, last) => timeOf(one) >= timeOf(last) - demand.windowMs);
  }

  #exceeding(
    reset: WindowDemand['reset'],
    isWithin: (demand: WindowDemand, one: Reserved, last: Reserved) => boolean,
  ): readonly string[] {
    return this.reserved.flatMap((last, index) => {
      const { demand } = last;
      if (demand.kind === 'concurrent' || demand.reset !== reset) return [];
      const within = this.reserved
        .slice(0, index + 1)
        .filter((one) => one.demand.key === demand.key && !one.isGivenBack && isWithin(demand, one, last));
      const admitted = sum(within.map((one) => one.demand));
      return admitted > demand.max
        ? [`${demand.key} admitted ${admitted} of ${demand.max} at ${last.atMs}`]
        : [];
    });
  }
}

export function amountOf(demand: Demand): number {
  return demand.kind === 'window' ? demand.amount : 1;
}

function sum(demands: readonly Demand[]): number {
  return demands.reduce((total, demand) => total + amountOf(demand), 0);
}

const UNITS = {
  second: (date) => date.toISOString().slice(0, 19),
  minute: (date) => date.toISOString().slice(0, 16),
  hour: (date) => date.toISOString().slice(0, 13),
  day: (date) => date.toISOString().slice(0, 10),
  month: (date) => date.toISOString().slice(0, 7),
  week: (date) => new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * DAY_MS).toISOString().slice(0, 10),
} satisfies Record<NonNullable<WindowDemand['unit']>, (date: Date) => string>;

/** The name of the calendar unit (UTC) that a moment is in. */
function unitOf(demand: WindowDemand, atMs: number): string {
  return UNITS[demand.unit ?? 'month'](new Date(atMs));
}

const base = { message: 'm', onStoreError: 'deny', timeZone: 'UTC' } as const;
const named = (name: string) => ({ rule: `/${name}`, counter: name, key: `key of ${name}` });

/** One limit of each sort; windows are short, so that histories meet their ends. */
const LIMITS = {
  rolling: { ...base, ...named('rolling'), kind: 'window', reset: 'rolling', windowMs: 5_000 },
  longer: { ...base, ...named('longer'), kind: 'window', reset: 'rolling', windowMs: MINUTE_MS },
  seconds: {
    ...base,
    ...named('seconds'),
    kind: 'window',
    reset: 'calendar',
    unit: 'second',
    windowMs: SECOND_MS,
  },
  minutes: {
    ...base,
    ...named('minutes'),
    kind: 'window',
    reset: 'calendar',
    unit: 'minute',
    windowMs: MINUTE_MS,
  },
  days: { ...base, ...named('days'), kind: 'window', reset: 'calendar', unit: 'day', windowMs: DAY_MS },
  weeks: {
    ...base,
    ...named('weeks'),
    kind: 'window',
    reset: 'calendar',
    unit: 'week',
    windowMs: 7 * DAY_MS,
  },
} as const;

const MILLIONTHS = 1_000_000;
const amount = fc
  .oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom(0.000001, 0.1, 2.5))
  .map((units) => Math.round(units * MILLIONTHS) as Micros); // a cast: small, whole and not negative
const windowDemand = fc
  .tuple(fc.constantFrom(...Object.values(LIMITS)), amount, fc.constantFrom(3, 5, 6))
  // A cast: three units of a million each are an amount.
  .map(([limit, taken, max]): Demand => ({ ...limit, amount: taken, max: (max * MILLIONTHS) as Micros }));
const concurrencyDemand = fc
  .integer({ min: 1, max: 3 })
  .map(
    (max): Demand => ({ ...named('running'), kind: 'concurrent', message: 'm', onStoreError: 'deny', max }),
  );

/** What one call asks: several limits together, sometimes one twice. */
export const arbitraryDemands = fc.array(
  fc.oneof({ weight: 4, arbitrary: windowDemand }, { weight: 1, arbitrary: concurrencyDemand }),
  { minLength: 1, maxLength: 3 },
);

/** How time goes on between two events: mostly within windows, sometimes to their very ends. */
export const arbitraryPassing = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
  { weight: 2, arbitrary: fc.constantFrom(1, 999, SECOND_MS, 4_999, 5_000, 5_001, MINUTE_MS, MINUTE_MS + 1) },
  { weight: 1, arbitrary: fc.constantFrom(3_600_000, DAY_MS) },
);

export const arbitraryFate = fc.constantFrom<Fate>('kept', 'given_back');
/** A moment shortly before a minute, a day and a week end. */
export const STARTS_MS = Date.UTC(2026, 0, 4, 23, 59, 50);

export function printDemands(demands: readonly Demand[]): string {
  return demands.map((demand) => `${amountOf(demand)} of ${demand.max} ${demand.counter}`).join(', ');
}
