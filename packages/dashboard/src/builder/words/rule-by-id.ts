import type { JsonObject } from '@boomgate/engine';
import { RULE_LISTS } from '../model/index.ts';
import { entryAt, ruleAt } from '../standing/index.ts';
import { limitWords } from './limit.ts';
import { ruleWords } from './rule.ts';
import type { Sentence } from './sentence.ts';

/** What the rule or limit of an id says in a document; undefined where `ruleAt` finds no such rule of a list. */
export function ruleByIdWords(document: JsonObject, id: string): Sentence | undefined {
  const at = ruleAt(document, id);
  const entry = at && entryAt(document, at.place);
  if (at?.index === undefined || entry === undefined) return undefined;
  if (at.section === 'limits') {
    const limit = entry.limits?.[at.index];
    return limit && limitWords(limit);
  }
  const list = RULE_LISTS.find((one) => one === at.section);
  const rule = list && entry.rules[list]?.[at.index];
  return list && rule && ruleWords(rule, list);
}
