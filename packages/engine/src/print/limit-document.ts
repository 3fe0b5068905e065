import type { Json, JsonObject } from '../json/json.ts';
import { fromMicros } from '../limits/amount.ts';
import type { Limit, Scope, WindowLimit } from '../policy.ts';
import { conditionDocument } from './condition-document.ts';
import { lengthDocument, present } from './fields.ts';

/** A limit as it is written (policy language §5). The scope is always told, since it says whom the limit counts. */
export function limitDocument(limit: Limit): JsonObject {
  return present({
    counter: limit.counter,
    ...(limit.kind === 'concurrent' ? { concurrent: limit.concurrent } : windowFields(limit)),
    scope: scopeDocument(limit.scope),
    ...(limit.kind === 'window' && stepFields(limit)),
    when: limit.when.length === 0 ? undefined : limit.when.map(conditionDocument),
    on_store_error: limit.onStoreError === 'deny' ? undefined : limit.onStoreError,
    on_deny: limit.onDeny,
  });
}

function windowFields(limit: WindowLimit): Record<string, Json | undefined> {
  return { window: lengthDocument(limit.window), max: fromMicros(limit.max) };
}

function stepFields({ reset, increment }: WindowLimit): Record<string, Json | undefined> {
  const step = increment.kind === 'fixed' ? fromMicros(increment.amount) : undefined;
  return {
    reset: reset === 'rolling' ? undefined : reset,
    increment: step === 1 ? undefined : step,
    increment_from: increment.kind === 'from' ? increment.path.text : undefined,
  };
}

function scopeDocument(scope: readonly Scope[]): Json {
  const texts = scope.map((part) => (typeof part === 'string' ? part : part.text));
  const [only] = texts;
  return texts.length === 1 && only !== undefined ? only : texts;
}
