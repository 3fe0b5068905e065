import type { Json } from '@boomgate/engine';
import {
  type AsJson,
  asJson,
  fits,
  isAnything,
  isLength,
  isNumber,
  isOneOf,
  isText,
  listOf,
  present,
} from './as-json.ts';
import { type Condition, readCondition, writeCondition } from './condition.ts';

type Shared = {
  readonly counter: string;
  /** As written: one, a list, or nothing, which is the grant. */
  readonly scope?: string | readonly string[] | undefined;
  readonly when?: readonly Condition[] | undefined;
  readonly onStoreError?: string | undefined;
  readonly onDeny?: string | undefined;
};

export type Limit = WindowLimit | ConcurrencyLimit | AsJson;

export type WindowLimit = Shared & {
  readonly kind: 'window';
  readonly window: string | number;
  readonly max: number;
  readonly reset?: string | undefined;
  readonly increment?: number | undefined;
  readonly incrementFrom?: string | undefined;
};

export type ConcurrencyLimit = Shared & { readonly kind: 'concurrent'; readonly concurrent: number };

/** `rate_limit` and `spend_limit` (policy language §5), as they were written. */
export type ShortForm =
  | {
      readonly kind: 'short';
      readonly max: number;
      readonly window: string | number;
      /** Of `spend_limit`: what is summed. */
      readonly from?: string | undefined;
      /** `"10/minute"`: written back in one text. */
      readonly isText: boolean;
    }
  | AsJson;

const SHARED = {
  counter: isText,
  scope: (value: Json) => isText(value) || listOf(isText)(value),
  when: listOf(isAnything),
  on_store_error: isOneOf('deny', 'allow'),
  on_deny: isText,
};
const WINDOW = {
  ...SHARED,
  window: isLength,
  max: isNumber,
  reset: isOneOf('rolling', 'calendar'),
  increment: isNumber,
  increment_from: isText,
};
const CONCURRENT = { ...SHARED, concurrent: isNumber };

export function readLimit(json: Json): Limit {
  // Casts here: the checks looked at each of them.
  if (fits(json, CONCURRENT, ['counter', 'concurrent']))
    return { kind: 'concurrent', ...readShared(json), concurrent: json['concurrent'] as number };
  if (!fits(json, WINDOW, ['counter', 'window', 'max'])) return asJson(json);
  return {
    kind: 'window',
    ...readShared(json),
    window: json['window'] as string | number,
    max: json['max'] as number,
    reset: json['reset'] as string | undefined,
    increment: json['increment'] as number | undefined,
    incrementFrom: json['increment_from'] as string | undefined,
  };
}

function readShared(json: { readonly [key: string]: Json }): Shared {
  return {
    counter: json['counter'] as string,
    scope: json['scope'] as Shared['scope'],
    when: (json['when'] as readonly Json[] | undefined)?.map(readCondition),
    onStoreError: json['on_store_error'] as string | undefined,
    onDeny: json['on_deny'] as string | undefined,
  };
}

export function writeLimit(limit: Limit): Json {
  if (limit.kind === 'json') return limit.value;
  const isWindow = limit.kind === 'window';
  return present({
    counter: limit.counter,
    ...(isWindow ? { window: limit.window, max: limit.max } : { concurrent: limit.concurrent }),
    scope: limit.scope,
    ...(isWindow && { reset: limit.reset, increment: limit.increment, increment_from: limit.incrementFrom }),
    when: limit.when?.map(writeCondition),
    on_store_error: limit.onStoreError,
    on_deny: limit.onDeny,
  });
}

const RATE = { max: isNumber, window: isLength };
const SPEND = { ...RATE, from: isText };

/** `rate_limit`; with `from` in it, `spend_limit`. */
export function readShortForm(json: Json): ShortForm {
  const [, max, window] =
    typeof json === 'string' ? (/^(0|[1-9]\d{0,14})\/([A-Za-z0-9]+)$/.exec(json) ?? []) : [];
  if (max !== undefined && window !== undefined)
    return { kind: 'short', max: Number(max), window, isText: true };
  if (!fits(json, SPEND, ['max', 'window'])) return asJson(json);
  return {
    kind: 'short',
    // The checks looked at each of them.
    max: json['max'] as number,
    window: json['window'] as string | number,
    from: json['from'] as string | undefined,
    isText: false,
  };
}

export function writeShortForm(short: ShortForm): Json {
  if (short.kind === 'json') return short.value;
  const { from, isText: isOneText, max, window } = short;
  return isOneText ? `${max}/${window}` : present({ max, window, from });
}
