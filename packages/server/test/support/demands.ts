import { type Demand, toMicros } from '@boomgate/engine';
import { decisionRow } from '../../src/store/conformance/index.ts';
import type { Admission, Store } from '../../src/store/index.ts';
import { until } from './programs.ts';

const HOUR_MS = 3_600_000;

/** One more of `max` calls within an hour. */
export function within(counter: string, max: number): Demand {
  return {
    ...{ kind: 'window', rule: '/r', counter, key: counter, message: 'm', onStoreError: 'deny' },
    ...{ reset: 'rolling', windowMs: HOUR_MS, timeZone: 'UTC', max: micros(max), amount: micros(1) },
  } as const;
}

/** One of `max` calls at once. */
export function inFlight(counter: string, max: number): Demand {
  return { kind: 'concurrent', rule: '/r', counter, key: counter, message: 'm', onStoreError: 'deny', max };
}

function micros(value: number) {
  const amount = toMicros(value);
  if (amount === undefined) throw new RangeError(`expected an amount, found ${value}`);
  return amount;
}

/** A call of the tool that its counter is named after. */
export function admit(store: Store | undefined, demand: Demand): Promise<Admission> {
  if (store === undefined) throw new Error('expected a replica, found none');
  return store.journal.admit([demand], ({ ok }) =>
    decisionRow({ target: demand.counter, outcome: ok ? 'allow' : 'limit', forwarded: ok }),
  );
}

/** Whether a call is let through; false also where the store fails, so that nobody forwards it. */
export function isAllowed(store: Store | undefined, demand: Demand): Promise<boolean> {
  return admit(store, demand).then(
    ({ result }) => result.ok,
    () => false,
  );
}

/** What the first answer says: one whose store fails for a moment is asked again. */
export async function isAllowedInTheEnd(store: Store | undefined, demand: Demand): Promise<boolean> {
  let answer: Admission | undefined;
  await until(async () => {
    answer = await admit(store, demand).catch(() => undefined);
    return answer !== undefined && (answer.result.ok || answer.result.refused.message === demand.message);
  });
  return answer?.result.ok === true;
}
