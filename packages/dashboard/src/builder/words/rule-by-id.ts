import { escapeSegment, isJsonObject, type JsonObject, ownProperty, uniqueIds } from '@boomgate/engine';
import { type Entry, RULE_LISTS, type Rule, type RuleList, readEntry } from '../model/index.ts';
import { limitWords } from './limit.ts';
import { ruleWords } from './rule.ts';
import type { Sentence } from './sentence.ts';

/**
 * What the rule or limit of an id says in a document (policy language §9); undefined for ids of anything else, for entries in the
 * other dialect, and for what the document does not have.
 */
export function ruleByIdWords(document: JsonObject, id: string): Sentence | undefined {
  const [around = '', section = '', last = ''] = splitId(id);
  const entry = entryAt(document, around);
  if (entry === undefined || entry.listed !== undefined) return undefined;
  if (section === 'limits') {
    const limit = entry.limits?.find((one) => one.kind !== 'json' && escapeSegment(one.counter) === last);
    return limit && limitWords(limit);
  }
  const list = RULE_LISTS.find((one) => one === section);
  const rule = list && ruleOf(entry, list, id);
  return list && rule && ruleWords(rule, list);
}

/** `/tools/NAME`, or `/all_tools`; then the section and the rule in it. */
function splitId(id: string): readonly string[] {
  const parts = id.split('/');
  const length = parts[1] === 'tools' ? 3 : 2;
  return [parts.slice(0, length).join('/'), ...parts.slice(length)];
}

function entryAt(document: JsonObject, around: string): Entry | undefined {
  const tools = ownProperty(document, 'tools');
  const named = isJsonObject(tools)
    ? Object.entries(tools).find(([name]) => `/tools/${escapeSegment(name)}` === around)?.[1]
    : undefined;
  const value = around === '/all_tools' ? ownProperty(document, 'all_tools') : named;
  return value === undefined ? undefined : readEntry(value);
}

/** By the ids that the engine gives the rules of a list, in their order. */
function ruleOf({ rules }: Entry, list: RuleList, id: string): Rule | undefined {
  const ids = uniqueIds();
  const around = id.slice(0, id.lastIndexOf('/'));
  return rules[list]?.find((rule, index) => ids(around, segmentOf(rule, index)) === id);
}

function segmentOf(rule: Rule, index: number): string {
  if (rule.kind === 'json') return String(index);
  const [first] = rule.conditions;
  return rule.name ?? (first?.kind === 'compare' ? `${first.path}-${first.op}` : String(index));
}
