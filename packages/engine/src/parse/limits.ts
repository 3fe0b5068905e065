import type { ConcurrencyLimit, Increment, Limit, Micros, Window, WindowLimit } from '../policy.ts';
import { readAmount, readWholeAmount } from './amount.ts';
import { COUNTER_LENGTH, LIMITS_PER_ENTRY } from './bounds.ts';
import { readConditions } from './conditions.ts';
import {
  elements,
  type Fields,
  fields,
  integer,
  oneOf,
  type Place,
  prose,
  report,
  reportKey,
  required,
  text,
} from './place.ts';
import { readArgument, readScope } from './scope.ts';
import { readWindow } from './window.ts';
import { quoted } from './words.ts';

const SHARED = ['counter', 'scope', 'when', 'on_store_error', 'on_deny'] as const;
const WINDOWED = ['window', 'max', 'reset', 'increment', 'increment_from'] as const;
const LIMIT_KEYS = [...SHARED, ...WINDOWED, 'concurrent'] as const;
type LimitKey = (typeof LIMIT_KEYS)[number];

type Without<L, Key extends PropertyKey> = L extends unknown ? Omit<L, Key> : never;

/** A limit that has not got its id yet, and where it stands in the document. */
export type LimitDraft = { readonly limit: Without<Limit, 'id'>; readonly pointer: string };

/** The limits of an entry or of `all_tools` (§5). */
export function readLimits(place: Place | undefined): readonly LimitDraft[] {
  return elements(place, '"limits"', LIMITS_PER_ENTRY).flatMap((item) => readLimit(item) ?? []);
}

/** Gives the limits of one entry, short forms included, their ids. */
export function numberLimits(
  entry: Place,
  drafts: readonly LimitDraft[],
  idOf: (counter: string) => string,
): readonly Limit[] {
  if (drafts.length > LIMITS_PER_ENTRY) {
    report(
      entry,
      'too_many',
      `expected at most ${LIMITS_PER_ENTRY} limits in one entry, found ${drafts.length}; remove some`,
    );
  }
  return drafts.map(({ limit, pointer }) => {
    const id = idOf(limit.counter);
    entry.reading.limitPointers.set(id, pointer);
    return { id, ...limit };
  });
}

function readLimit(place: Place): LimitDraft | undefined {
  const of = fields(place, LIMIT_KEYS, 'a limit');
  if (of === undefined) return undefined;
  const counter = readCounter(required(of, 'counter', 'name what is counted, such as "writes"'));
  const onDeny = prose(of.get('on_deny'), '"on_deny"');
  const scope = readScope(of.get('scope'));
  const base = {
    when: readConditions(of.get('when')),
    onStoreError: oneOf(of.get('on_store_error'), ['deny', 'allow'] as const, '"on_store_error"') ?? 'deny',
    ...(onDeny !== undefined && { onDeny }),
  } as const;
  const own = of.get('concurrent') === undefined ? readWindowed(of) : readConcurrent(of);
  if (counter === undefined || scope === undefined || own === undefined) return undefined;
  return { limit: { counter, scope, ...base, ...own }, pointer: place.pointer };
}

const COUNTER = /^[A-Za-z0-9 _.-]+$/;

function readCounter(place: Place | undefined): string | undefined {
  const counter = text(place, 'the name of a counter');
  if (place === undefined || counter === undefined) return undefined;
  if (COUNTER.test(counter) && counter.length <= COUNTER_LENGTH) return counter;
  return report(
    place,
    'bad_name',
    `expected 1 to ${COUNTER_LENGTH} letters (A–Z), digits, blanks, _ - . in the name of a counter, found ${quoted(counter)}`,
  );
}

type Own<L> = Without<L, 'id' | 'counter' | 'scope' | 'when' | 'onStoreError' | 'onDeny'>;

function readConcurrent(of: Fields<LimitKey>): Own<ConcurrencyLimit> | undefined {
  for (const key of WINDOWED) {
    const place = of.get(key);
    if (place !== undefined)
      reportKey(
        place,
        'contradiction',
        `"concurrent" counts calls in flight and takes no ${quoted(key)}; write two limits`,
      );
  }
  const place = of.get('concurrent');
  const concurrent = place && integer(place, '"concurrent"', { min: 1, max: Number.MAX_SAFE_INTEGER });
  return concurrent === undefined ? undefined : { kind: 'concurrent', concurrent };
}

function readWindowed(of: Fields<LimitKey>): Own<WindowLimit> | undefined {
  const window = readWindow(
    required(of, 'window', 'name a stretch of time such as "minute", or write "concurrent"'),
  );
  const increment = readIncrement(of);
  const max = readMax(
    required(of, 'max', 'say how much a window admits'),
    of.get('increment_from') !== undefined,
  );
  const reset = readReset(of.get('reset'), window);
  if (window === undefined || max === undefined || increment === undefined) return undefined;
  return { kind: 'window', window, reset, max, increment };
}

function readMax(place: Place | undefined, isSum: boolean): Micros | undefined {
  if (place === undefined) return undefined;
  return isSum ? readAmount(place, '"max"') : readWholeAmount(place, '"max"', 0);
}

function readIncrement(of: Fields<LimitKey>): Increment | undefined {
  const fixed = of.get('increment');
  const from = of.get('increment_from');
  if (fixed !== undefined && from !== undefined) {
    return reportKey(from, 'contradiction', '"increment" and "increment_from" exclude one another; keep one');
  }
  if (from !== undefined) {
    const path = readArgument(from, '"increment_from"');
    return path && { kind: 'from', path };
  }
  const amount = fixed === undefined ? ONE : readWholeAmount(fixed, '"increment"', 1);
  return amount === undefined ? undefined : { kind: 'fixed', amount };
}

/** The step of a limit that only counts calls. The cast repeats `toMicros(1)`, whose type allows for no amount. */
export const ONE = 1_000_000 as Micros;

function readReset(place: Place | undefined, window: Window | undefined): 'rolling' | 'calendar' {
  const reset = oneOf(place, ['rolling', 'calendar'] as const, '"reset"') ?? 'rolling';
  if (place !== undefined && reset === 'calendar' && window !== undefined && window.unit === undefined) {
    report(
      place,
      'calendar_window',
      `expected a named window such as "minute" or "day" with "reset": "calendar", found ${quoted(window.text)}; name one or use "rolling"`,
    );
  }
  return reset;
}
