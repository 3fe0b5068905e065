import { isJsonObject } from '../json/json.ts';
import { escapeSegment } from '../json/pointer.ts';
import type { Entry, Validate } from '../policy.ts';
import { readApproval } from './approval.ts';
import { type Fields, fields, oneOf, type Place, prose, report, reportKey } from './place.ts';
import { readRuleListEntry } from './rule-list.ts';
import { RULES_KEYS, readRules } from './rules.ts';
import { readRateLimit, readSpendLimit } from './short-forms.ts';
import { readValidate } from './validate.ts';
import { found } from './words.ts';

const ACTIONS = ['allow', 'deny', 'require_approval'] as const;

const OWN_KEYS = [
  'action',
  'reason',
  'validate',
  ...RULES_KEYS,
  'approval',
  'rate_limit',
  'spend_limit',
] as const;
const ENTRY_KEYS = [...OWN_KEYS, 'rules'] as const;
type EntryKey = (typeof ENTRY_KEYS)[number];

/** What a policy says about one tool or one pattern (§1), in either of its two spellings (§10). */
export function readEntry(place: Place, tool: string): Entry | undefined {
  if (!isJsonObject(place.value)) return refuseEntry(place);
  const of = fields(place, ENTRY_KEYS, 'an entry of "tools"');
  if (of === undefined) return undefined;
  const id = `/tools/${escapeSegment(tool)}`;
  const list = of.get('rules');
  if (list === undefined) return readOwn(of, id, tool);
  for (const key of OWN_KEYS) {
    const other = of.get(key);
    if (other !== undefined)
      reportKey(
        other,
        'contradiction',
        `an entry with "rules" takes no "${key}"; write it into the rules, or do without "rules"`,
      );
  }
  return readRuleListEntry(list, id, tool);
}

function refuseEntry(place: Place): undefined {
  return report(
    place,
    'not_an_object',
    `expected an object for an entry of "tools", found ${found(place.value)}; write {} to allow the tool, { "action": "deny" } to deny it`,
  );
}

function readOwn(of: Fields<EntryKey>, id: string, tool: string): Entry {
  const shortForms = [
    ...readRateLimit(of.get('rate_limit'), tool),
    ...readSpendLimit(of.get('spend_limit'), tool),
  ];
  const reason = prose(of.get('reason'), '"reason"');
  const validate: Validate | undefined = readValidate(of.get('validate'));
  const approval = readApproval(of.get('approval'));
  return {
    action: oneOf(of.get('action'), ACTIONS, '"action"') ?? 'allow',
    ...(reason !== undefined && { reason }),
    ...(validate !== undefined && { validate }),
    ...readRules(of, id, shortForms),
    ...(approval !== undefined && { approval }),
  };
}
