import { escapeSegment, type JsonObject, uniqueIds } from '@boomgate/engine';
import { valueAt } from '../document/index.ts';
import { type Entry, RULE_LISTS, type Rule, type RuleList, readEntry } from '../model/index.ts';
import type { Place } from './places.ts';
import { toolsOf } from './standing.ts';

/** Where a rule stands in a document. */
export type RuleAt = {
  readonly place: Place;
  /** The key that has it in what the place is about: a list of rules, `limits`, `action` … */
  readonly section: string;
  /** Which one of the list; absent where it is none of a list. */
  readonly index?: number;
};

/**
 * Where the rule, limit or other part stands that has this id (policy language §9); undefined for rules in the other dialect, and for
 * what the document does not have.
 */
export function ruleAt(document: JsonObject, id: string): RuleAt | undefined {
  if (id === '(default deny)')
    return document['default'] === 'allow' ? undefined : { place: { kind: 'policy' }, section: 'default' };
  const { path, place } = splitId(document, id);
  const [section = '', ...rest] = path;
  if (place?.kind === 'access') return valueAt(document, path) === undefined ? undefined : { place, section };
  const entry = place && entryAt(document, place);
  if (place === undefined || entry === undefined) return undefined;
  if (rest.length === 0) return WHOLE[section]?.(entry) === true ? { place, section } : undefined;
  const index = indexIn(entry, section, id);
  return index === undefined || index < 0 ? undefined : { place, section, index };
}

/** What is one rule by itself, and whether an entry has it: who asks has terms for that, written or not. */
const WHOLE: Readonly<Record<string, (entry: Entry) => boolean>> = {
  action: ({ action }) => action !== undefined,
  validate: ({ validate }) => validate !== undefined,
  approval: ({ action, approval }) => action === 'require_approval' || approval !== undefined,
};

/** What is said of a tool, a pattern or all tools; undefined where that is no entry, and for other places. */
export function entryAt(document: JsonObject, place: Place): Entry | undefined {
  const at = place.kind === 'tool' ? ['tools', place.name] : [place.kind];
  const value = valueAt(document, at);
  return value === undefined ? undefined : readEntry(value);
}

type Split = { readonly place?: Place; readonly path: readonly string[] };

/** The place that an id is about, and the keys that follow. */
function splitId(document: JsonObject, id: string): Split {
  const [, first = '', ...path] = id.split('/');
  if (first === 'resources' || first === 'prompts')
    return { place: { kind: 'access' }, path: [first, ...path] };
  if (first === 'all_tools') return { place: { kind: first }, path };
  const [tool, ...further] = path;
  const name = Object.keys(toolsOf(document)).find((one) => escapeSegment(one) === tool);
  if (first !== 'tools' || name === undefined) return { path };
  return { place: { kind: 'tool', name }, path: further };
}

function indexIn(entry: Entry, section: string, id: string): number | undefined {
  const last = id.slice(id.lastIndexOf('/') + 1);
  if (section === 'limits')
    return entry.limits?.findIndex((one) => one.kind !== 'json' && escapeSegment(one.counter) === last);
  const list = RULE_LISTS.find((one) => one === section);
  return list && indexOfRule(entry, list, id);
}

/** By the ids that the engine gives the rules of a list, in their order. */
function indexOfRule({ rules }: Entry, list: RuleList, id: string): number | undefined {
  const ids = uniqueIds();
  const around = id.slice(0, id.lastIndexOf('/'));
  return rules[list]?.findIndex((rule, index) => ids(around, segmentOf(rule, index)) === id);
}

function segmentOf(rule: Rule, index: number): string {
  if (rule.kind === 'json') return String(index);
  const [first] = rule.conditions;
  return rule.name ?? (first?.kind === 'compare' ? `${first.path}-${first.op}` : String(index));
}
