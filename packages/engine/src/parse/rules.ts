import { isJsonObject } from '../json/json.ts';
import type { Rule, Rules } from '../policy.ts';
import { RULES_PER_ENTRY } from './bounds.ts';
import { CONDITION_KEYS, readConditions } from './conditions.ts';
import { type LimitDraft, numberLimits, readLimits } from './limits.ts';
import { elements, type Fields, fields, type Place, prose, report, required, text } from './place.ts';
import { type Ids, ruleSegment, uniqueIds } from './rule-ids.ts';

/** The keys that `all_tools` and an entry have in common. */
export const RULES_KEYS = ['deny_if', 'require', 'require_approval_if', 'limits'] as const;
type RulesKey = (typeof RULES_KEYS)[number];

export const NO_RULES: Rules = { denyIf: [], require: [], requireApprovalIf: [], limits: [] };

/** `all_tools` (§1). */
export function readAllTools(place: Place | undefined): Rules {
  const of = place && fields(place, RULES_KEYS, '"all_tools"');
  return of === undefined ? NO_RULES : readRules(of, '/all_tools');
}

/**
 * The rules and limits of `all_tools` or of an entry. `id` is the pointer that their ids start with, `shortForms`
 * the limits that the entry's short forms stand for.
 */
export function readRules(of: Fields<RulesKey>, id: string, shortForms: readonly LimitDraft[] = []): Rules {
  const ids = uniqueIds();
  const list = (key: 'deny_if' | 'require' | 'require_approval_if') =>
    readRuleList(of.get(key), `${id}/${key}`, ids);
  const rules = {
    denyIf: list('deny_if'),
    require: list('require'),
    requireApprovalIf: list('require_approval_if'),
    limits: numberLimits(of.place, [...readLimits(of.get('limits')), ...shortForms], (counter) =>
      ids(`${id}/limits`, counter),
    ),
  };
  const count = rules.denyIf.length + rules.require.length + rules.requireApprovalIf.length;
  if (count > RULES_PER_ENTRY) {
    report(
      of.place,
      'too_many',
      `expected at most ${RULES_PER_ENTRY} rules in one entry, found ${count}; join some with "any"`,
    );
  }
  return rules;
}

function readRuleList(place: Place | undefined, id: string, ids: Ids): readonly Rule[] {
  return elements(place, 'the rules', RULES_PER_ENTRY).flatMap(
    (item, index) => readRule(item, { id, index, ids }) ?? [],
  );
}

type Numbering = { readonly id: string; readonly index: number; readonly ids: Ids };

function readRule(place: Place, { id, index, ids }: Numbering): Rule | undefined {
  const of = fields(place, ['name', 'conditions', 'on_deny'], 'a rule');
  if (of === undefined) return undefined;
  const conditions = readConditions(required(of, 'conditions', mendOfConditions(place)));
  const name = readName(of.get('name'));
  const onDeny = prose(of.get('on_deny'), '"on_deny"');
  return {
    id: ids(id, ruleSegment({ name, conditions, index })),
    ...(name !== undefined && { name }),
    conditions,
    ...(onDeny !== undefined && { onDeny }),
  };
}

/** A condition that lacks its list would be lost in one that is empty. */
function mendOfConditions({ value }: Place): string {
  const isCondition = isJsonObject(value) && CONDITION_KEYS.some((key) => Object.hasOwn(value, key));
  return isCondition
    ? 'put the condition into a list there: "conditions": [{ … }]'
    : 'write [] for a rule that concerns every call';
}

function readName(place: Place | undefined): string | undefined {
  const name = text(place, 'the name of a rule');
  if (place === undefined || name !== '') return name;
  return report(
    place,
    'bad_name',
    'expected a name for the rule, found an empty text; name it or remove the key',
  );
}
