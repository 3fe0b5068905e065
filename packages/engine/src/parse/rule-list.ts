import type { Entry, Validate } from '../policy.ts';
import { RULES_PER_ENTRY } from './bounds.ts';
import { type LimitDraft, numberLimits } from './limits.ts';
import { elements, fields, oneOf, type Place, prose } from './place.ts';
import { uniqueIds } from './rule-ids.ts';
import { NO_RULES } from './rules.ts';
import { readRateLimit, readSpendLimit } from './short-forms.ts';
import { joinValidates, readValidate } from './validate.ts';

/** From the mildest to the strongest: of several rules the strongest action holds, as deny beats allow. */
const ACTIONS = ['allow', 'require_approval', 'deny'] as const;
type Action = (typeof ACTIONS)[number];

const KEYS = ['name', 'action', 'reason', 'rate_limit', 'spend_limit', 'validate'] as const;

type ListedRule = {
  readonly action: Action;
  readonly reason: string | undefined;
  readonly validate: Validate | undefined;
  readonly limits: readonly LimitDraft[];
};

/** An entry as a list of rules, every one of which holds (§10, dialect 2), in the form of §1. */
export function readRuleListEntry(place: Place, id: string, tool: string): Entry {
  const rules = elements(place, '"rules"', RULES_PER_ENTRY).flatMap(
    (item) => readListedRule(item, tool) ?? [],
  );
  const action = strongest(rules);
  const reason = rules.find((rule) => rule.action === action && rule.reason !== undefined)?.reason;
  const validate = joinValidates(rules.flatMap((rule) => rule.validate ?? []));
  const ids = uniqueIds();
  const drafts = rules.flatMap((rule) => rule.limits);
  return {
    action,
    ...(reason !== undefined && { reason }),
    ...(validate !== undefined && { validate }),
    ...NO_RULES,
    limits: numberLimits(place, drafts, (counter) => ids(`${id}/limits`, counter)),
  };
}

function readListedRule(place: Place, tool: string): ListedRule | undefined {
  const of = fields(place, KEYS, 'a rule of "rules"');
  if (of === undefined) return undefined;
  prose(of.get('name'), '"name"');
  return {
    action: oneOf(of.get('action'), ACTIONS, '"action"') ?? 'allow',
    reason: prose(of.get('reason'), '"reason"'),
    validate: readValidate(of.get('validate')),
    limits: [...readRateLimit(of.get('rate_limit'), tool), ...readSpendLimit(of.get('spend_limit'), tool)],
  };
}

function strongest(rules: readonly ListedRule[]): Action {
  const strength = rules.reduce((most, rule) => Math.max(most, ACTIONS.indexOf(rule.action)), 0);
  return ACTIONS[strength] ?? 'deny';
}
