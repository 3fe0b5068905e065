import type { JsonObject } from '../json/json.ts';
import type { Condition } from '../policy.ts';
import { present } from './fields.ts';

/** A condition as it is written (policy language §4). */
export function conditionDocument(condition: Condition): JsonObject {
  if (condition.kind === 'not') return { not: conditionDocument(condition.of) };
  if (condition.kind !== 'compare') return { [condition.kind]: condition.of.map(conditionDocument) };
  return present({
    path: condition.path.text,
    op: condition.op,
    value: condition.value,
    ignore_case: condition.ignoreCase || undefined,
  });
}
