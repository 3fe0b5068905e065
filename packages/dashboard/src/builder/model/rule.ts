import type { Json } from '@boomgate/engine';
import { type AsJson, asJson, fits, isAnything, isText, listOf, present } from './as-json.ts';
import { type Condition, readCondition, writeCondition } from './condition.ts';

/** One element of `deny_if`, `require` or `require_approval_if`. */
export type Rule =
  | {
      readonly kind: 'rule';
      readonly name?: string | undefined;
      readonly conditions: readonly Condition[];
      readonly onDeny?: string | undefined;
    }
  | AsJson;

const RULE = { name: isText, conditions: listOf(isAnything), on_deny: isText };

export function readRule(json: Json): Rule {
  if (!fits(json, RULE, ['conditions'])) return asJson(json);
  // Casts here: the checks above looked at each of them.
  return {
    kind: 'rule',
    name: json['name'] as string | undefined,
    conditions: (json['conditions'] as readonly Json[]).map(readCondition),
    onDeny: json['on_deny'] as string | undefined,
  };
}

export function writeRule(rule: Rule): Json {
  if (rule.kind === 'json') return rule.value;
  return present({ name: rule.name, conditions: rule.conditions.map(writeCondition), on_deny: rule.onDeny });
}
