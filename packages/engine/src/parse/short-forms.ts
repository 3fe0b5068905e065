import { isJsonObject } from '../json/json.ts';
import type { Increment, Micros, Path, Window } from '../policy.ts';
import { readAmount, readWholeAmount } from './amount.ts';
import { COUNTER_LENGTH } from './bounds.ts';
import { counterText } from './counter-text.ts';
import { type LimitDraft, ONE } from './limits.ts';
import { fields, type Place, report, required } from './place.ts';
import { readArgument } from './scope.ts';
import { readWindow } from './window.ts';
import { found } from './words.ts';

/** `"rate_limit": "10/minute"` or `{ "max": 10, "window": 60 }` (§5). */
export function readRateLimit(place: Place | undefined, tool: string): readonly LimitDraft[] {
  if (place === undefined) return [];
  const counter = counterFor(place, tool, '_rate');
  const rate = isJsonObject(place.value) ? readRateObject(place) : readRateText(place);
  if (counter === undefined || rate?.max === undefined || rate.window === undefined) return [];
  return [shortForm(place, { counter, max: rate.max, window: rate.window })];
}

/** `"spend_limit": { "max": 500, "window": "day", "from": "args.amount" }` (§5). */
export function readSpendLimit(place: Place | undefined, tool: string): readonly LimitDraft[] {
  if (place === undefined) return [];
  if (!isJsonObject(place.value)) {
    const example = '{ "max": 500, "window": "day", "from": "args.amount" }';
    report(place, 'not_an_object', `expected ${example} for "spend_limit", found ${found(place.value)}`);
    return [];
  }
  const of = fields(place, ['max', 'window', 'from'], '"spend_limit"');
  if (of === undefined) return [];
  const max = required(of, 'max', 'say how much a window admits');
  const from = required(of, 'from', 'name the argument that is summed, such as "args.amount"');
  const window = readWindow(required(of, 'window', 'name a stretch of time such as "day"'));
  const amount = max && readAmount(max, '"max"');
  const path = readArgument(from, '"from"');
  const counter = counterFor(of.place, tool, '_spend');
  if (amount === undefined || path === undefined || window === undefined || counter === undefined) return [];
  return [shortForm(of.place, { counter, max: amount, window, from: path })];
}

type Rate = { readonly max: Micros | undefined; readonly window: Window | undefined };

function readRateText(place: Place): Rate | undefined {
  const { value } = place;
  const [, max, window] =
    (typeof value === 'string' ? /^(\d{1,15})\/([A-Za-z0-9]+)$/.exec(value) : undefined) ?? [];
  if (max === undefined || window === undefined) {
    return report(
      place,
      typeof value === 'string' ? 'bad_value' : 'bad_type',
      `expected a rate such as "10/minute" or "100/6h", found ${found(value)}`,
    );
  }
  return {
    max: readWholeAmount({ ...place, value: Number(max) }, 'the rate', 0),
    window: readWindow({ ...place, value: window }),
  };
}

function readRateObject(place: Place): Rate | undefined {
  const of = fields(place, ['max', 'window'], '"rate_limit"');
  if (of === undefined) return undefined;
  const max = required(of, 'max', 'say how many calls a window admits');
  return {
    max: max && readWholeAmount(max, '"max"', 0),
    window: readWindow(required(of, 'window', 'say how long the window is, such as 60 or "minute"')),
  };
}

function counterFor(place: Place, tool: string, suffix: '_rate' | '_spend'): string | undefined {
  const counter = counterText(tool) + suffix;
  if (counter.length <= COUNTER_LENGTH) return counter;
  return report(
    place,
    'bad_name',
    `expected a tool's name that fits into a counter of ${COUNTER_LENGTH} characters; write the limit under "limits" with a counter of its own`,
  );
}

type Form = { readonly counter: string; readonly max: Micros; readonly window: Window; readonly from?: Path };

function shortForm(place: Place, { counter, max, window, from }: Form): LimitDraft {
  const increment: Increment =
    from === undefined ? { kind: 'fixed', amount: ONE } : { kind: 'from', path: from };
  return {
    limit: {
      kind: 'window',
      counter,
      scope: ['grant'],
      when: [],
      onStoreError: 'deny',
      window,
      reset: 'rolling',
      max,
      increment,
    },
    pointer: place.pointer,
  };
}
