import type { Rule, RuleList } from '../model/index.ts';
import { conditionsWords } from './condition.ts';
import { type Sentence, words } from './sentence.ts';

const LISTS = {
  deny_if: { lead: 'refuse if ', always: 'refuse every call', quantifier: 'some' },
  require: { lead: 'require that ', always: 'require nothing', quantifier: 'every' },
  require_approval_if: {
    lead: 'ask a person if ',
    always: 'ask a person for every call',
    quantifier: 'some',
  },
} as const satisfies Record<RuleList, object>;

/** A rule of one of the three lists as a sentence. */
export function ruleWords(rule: Rule, list: RuleList): Sentence {
  const { always, lead, quantifier } = LISTS[list];
  if (rule.kind === 'json') return [words(`${lead}what its JSON says`)];
  if (rule.conditions.length === 0) return [words(always)];
  return [words(lead), ...conditionsWords(rule.conditions, quantifier)];
}
