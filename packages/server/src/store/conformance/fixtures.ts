import type { ConcurrencyDemand, Demand, Micros, ReserveResult, WindowDemand } from '@boomgate/engine';
import type { Clock } from '../../limits/index.ts';
import type { DecisionRow, OutcomeRow, Store } from '../contract.ts';

/** A clock that a test moves. `boot` changes its machine: the monotonic reading starts anew. */
export class TestClock implements Clock {
  bootId = 'first boot';
  #wallMs = Date.UTC(2026, 5, 15, 12, 0, 0, 500);
  #monotonicMs = 1_000;

  wallMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  pass(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
  }

  stepWall(ms: number): void {
    this.#wallMs += ms;
  }

  boot(): void {
    this.bootId = `${this.bootId}, another`;
    this.#monotonicMs = 0;
  }
}

/** One place where a store can be opened again and again. `dispose` removes it. */
export type StorePlace = {
  /** `writer`: in another process than the gateway, which may be open as well. */
  open(clock: Clock, as: 'gateway' | 'writer'): Promise<Store>;
  /** Every cell of every table, one byte a character. */
  kept(): Promise<string>;
  dispose(): Promise<void>;
};

/** What stands in rows, as a text that can be searched. */
export function cellsOf(rows: readonly object[]): string {
  const cells = rows.flatMap((row): unknown[] => Object.values(row));
  const texts = cells.map((cell) =>
    cell instanceof Uint8Array ? Buffer.from(cell).toString('latin1') : String(cell),
  );
  return texts.join('\n');
}

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

export function units(count: number): Micros {
  return (count * 1_000_000) as Micros; // a cast: tests use small whole numbers
}

export function windowDemand(change: Partial<WindowDemand> = {}): WindowDemand {
  return {
    kind: 'window',
    rule: '/tools/t/limits/calls',
    counter: 'calls',
    key: '1:s5:calls',
    message: 'too many',
    onStoreError: 'deny',
    reset: 'rolling',
    windowMs: MINUTE_MS,
    timeZone: 'UTC',
    max: units(50),
    amount: units(1),
    ...change,
  };
}

export function runningDemand(max: number): ConcurrencyDemand {
  const base = { rule: '/tools/t/limits/running', counter: 'running', key: '1:s7:running' };
  return { ...base, kind: 'concurrent', message: 'busy', onStoreError: 'deny', max };
}

let rowCount = 0;

export function decisionRow(change: Partial<DecisionRow> = {}): DecisionRow {
  rowCount += 1;
  return {
    id: `019a0000-0000-7000-8000-${String(rowCount).padStart(12, '0')}`,
    atMs: 1_750_000_000_000 + rowCount,
    organization: 'default',
    server: 'files',
    grantId: 'grant-1',
    grantName: 'laptop',
    session: 'grant-1',
    era: 'modern',
    protocol: '2026-07-28',
    client: 'agent 1.0',
    method: 'tools/call',
    target: 't',
    outcome: 'allow',
    rule: '',
    message: '',
    policy: 'safe',
    policyVersion: 1,
    trace: [],
    usage: [],
    argKeys: [],
    argsHash: '',
    bytesIn: 10,
    forwarded: true,
    mode: 'enforce',
    ...change,
  };
}

export const RESULT: OutcomeRow = {
  status: 'result',
  httpStatus: 200,
  upstreamMs: 1.5,
  gatewayMs: 0.25,
  bytesOut: 7,
};

export function describeResult(result: ReserveResult): DecisionRow {
  const { usage } = result;
  return result.ok
    ? decisionRow({ usage })
    : decisionRow({ usage, outcome: 'limit', rule: result.refused.rule, forwarded: false });
}

export function admit(store: Store, ...demands: Demand[]) {
  return store.journal.admit(demands, describeResult);
}

export async function admitMany(store: Store, count: number, ...demands: Demand[]) {
  const admissions = await Promise.all(Array.from({ length: count }, () => admit(store, ...demands)));
  return admissions.filter(({ result }) => result.ok);
}

/**
 * Opens an empty store; `reopen` closes it and opens it again at the same place, `beside` opens it as another process does. `kept` is that
 * of the place.
 */
export type Start = () => Promise<{
  clock: TestClock;
  store: Store;
  reopen: () => Promise<Store>;
  beside: () => Promise<Store>;
  kept: () => Promise<string>;
}>;
