import { type Facts, type Parts, type Places, typeOfFound } from '../conditions/index.ts';
import { fromMicros, toMicros } from '../limits/index.ts';
import type { ConcurrencyLimit, Limit, Micros, WindowLimit } from '../policy.ts';
import { compileKey, type Readable, SCOPE_WORDS } from './counter-key.ts';
import type { Call, Demand } from './decision.ts';
import { type Conditions, compileWhen } from './rule.ts';
import { describeFound, name } from './words.ts';

/** What a limit makes of a call: a demand on the counter store, or a refusal because it cannot be counted. */
type Asked = Readable<Demand>;

export type CompiledLimit = {
  readonly rule: string;
  /** *False*: the limit neither counts nor applies. *Undetermined* is taken for *true* (policy language §5). */
  readonly when: Conditions;
  readonly ask: (call: Call, facts: Facts) => Asked;
};

/** Prepares a limit of policy language §5. */
export function compileLimit(limit: Limit, timeZone: string, parts: Parts): CompiledLimit {
  const readKey = compileKey(limit, parts.places);
  const ask = limit.kind === 'window' ? askWindow(limit, timeZone, parts.places) : askRunning(limit);
  return {
    rule: limit.id,
    when: compileWhen(limit.id, limit.when, parts),
    ask: (call, facts) => {
      const key = readKey(call, facts);
      return key.ok ? ask(key.value, facts) : key;
    },
  };
}

type AskWithKey = (key: string, facts: Facts) => Asked;

function askWindow(limit: WindowLimit, timeZone: string, places: Places): AskWithKey {
  const { reset, max, window } = limit;
  const rest = {
    ...whatEveryDemandHas(limit, ownText(limit)),
    kind: 'window',
    reset,
    windowMs: window.ms,
    ...(window.unit === undefined ? {} : { unit: window.unit }),
    timeZone,
    max,
  } as const;
  const readAmount = compileAmount(limit, places);
  return (key, facts) => {
    const amount = readAmount(facts);
    return amount.ok ? { ok: true, value: { ...rest, key, amount: amount.value } } : amount;
  };
}

function askRunning(limit: ConcurrencyLimit): AskWithKey {
  const own = `limit ${name(limit.counter)}: ${limit.concurrent} calls ${scopeText(limit)} are already under way`;
  const rest = { ...whatEveryDemandHas(limit, own), kind: 'concurrent', max: limit.concurrent } as const;
  return (key) => ({ ok: true, value: { ...rest, key } });
}

function whatEveryDemandHas(limit: Limit, ownMessage: string) {
  const { id, counter, onStoreError, onDeny } = limit;
  return { rule: id, counter, message: onDeny ?? ownMessage, onStoreError };
}

function compileAmount(
  { increment, counter }: WindowLimit,
  places: Places,
): (facts: Facts) => Readable<Micros> {
  if (increment.kind === 'fixed') {
    const fixed = { ok: true, value: increment.amount } as const;
    return () => fixed;
  }
  const { path } = increment;
  const place = places.at(path);
  return (facts) => {
    const found = place.find(facts);
    const amount = typeof found === 'number' ? toMicros(found) : undefined;
    if (amount !== undefined) return { ok: true, value: amount };
    const what = typeof found === 'number' ? 'is negative or too large' : describeFound(typeOfFound(found));
    return {
      ok: false,
      message: `limit ${name(counter)} counts a number of at least 0: ${path.text} ${what}`,
    };
  };
}

function ownText(limit: WindowLimit): string {
  const { text } = limit.window;
  const per = /^\d+$/.test(text) ? `${text} s` : text;
  return `limit ${name(limit.counter)} of ${fromMicros(limit.max)} per ${per} ${scopeText(limit)} is used up`;
}

function scopeText({ scope }: Limit): string {
  return scope.map((one) => (typeof one === 'string' ? SCOPE_WORDS[one] : `for this ${one.text}`)).join(' ');
}
