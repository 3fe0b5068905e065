import type { AccessKind } from '../../decide/compile.ts';
import { isJsonObject, type Json, type JsonObject } from '../../json/json.ts';
import { escapeSegment } from '../../json/pointer.ts';
import type { Entry, Limit, Policy, Rule, Rules } from '../../policy.ts';
import { limitDocument } from '../../print/limit-document.ts';
import { entryDocument, policyDocument, ruleDocument } from '../../print/policy-document.ts';
import { type Change, change, changedMembers, changedSet, member } from './change.ts';
import { changedList, type Item } from './changed-list.ts';

export type { Change } from './change.ts';

/**
 * What differs between two versions of a policy, in the order of the canonical document: the top, `hide`, `all_tools`, the tools by
 * name, resources, prompts. Short forms and other spellings of the same are no difference. Empty for equal policies.
 */
export function policyDifference(before: Policy, after: Policy): readonly Change[] {
  const documents = { before: policyDocument(before), after: policyDocument(after) };
  const names = [...new Set([...before.tools.keys(), ...after.tools.keys()])].toSorted();
  return [
    ...changedMembers('', documents, ['description', 'time_zone', 'default']),
    ...changedSet('/hide', before.hide, after.hide),
    ...changedRules(before.allTools, after.allTools),
    ...names.flatMap((name) =>
      changedEntry(`/tools/${escapeSegment(name)}`, before.tools.get(name), after.tools.get(name)),
    ),
    ...changedAccess('resources', before, after),
    ...changedAccess('prompts', before, after),
  ];
}

function changedEntry(
  pointer: string,
  before: Entry | undefined,
  after: Entry | undefined,
): readonly Change[] {
  if (before === undefined || after === undefined)
    return change(pointer, before && entryDocument(before), after && entryDocument(after));
  const documents = { before: entryDocument(before), after: entryDocument(after) };
  return [
    // `allow` is what an entry does that does not say.
    ...change(`${pointer}/action`, before.action, after.action),
    ...changedMembers(pointer, documents, ['reason']),
    ...changedInside(`${pointer}/validate`, documents, ['required_args', 'schema', 'unknown_args']),
    ...changedInside(`${pointer}/approval`, documents, [
      'timeout',
      'approvers',
      'required',
      'self',
      'remember',
    ]),
    ...changedRules(before, after),
  ];
}

type Documents = { readonly before: JsonObject; readonly after: JsonObject };

/** The members of an object that is itself the member which the pointer names. */
function changedInside(
  pointer: string,
  { before, after }: Documents,
  keys: readonly string[],
): readonly Change[] {
  const key = pointer.slice(pointer.lastIndexOf('/') + 1);
  const objects = { before: objectOf(member(before, key)), after: objectOf(member(after, key)) };
  return changedMembers(pointer, objects, keys);
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function changedRules(before: Rules, after: Rules): readonly Change[] {
  const lists = (['denyIf', 'require', 'requireApprovalIf'] as const).flatMap((list) =>
    changedList({ before: before[list].map(ruleItem), after: after[list].map(ruleItem) }, true),
  );
  const limits = { before: before.limits.map(limitItem), after: after.limits.map(limitItem) };
  // All limits are taken together, so their order says nothing.
  return [...lists, ...changedList(limits, false)];
}

function ruleItem(rule: Rule): Item {
  return { id: rule.id, name: rule.id, document: ruleDocument(rule) };
}

function limitItem(limit: Limit): Item {
  return { id: limit.id, name: limit.counter, document: limitDocument(limit) };
}

/** A section that is there and empty closes nothing more than one that is not there. */
function changedAccess(kind: AccessKind, before: Policy, after: Policy): readonly Change[] {
  return (['allow', 'deny'] as const).flatMap((list) =>
    changedSet(`/${kind}/${list}`, before[kind]?.[list] ?? [], after[kind]?.[list] ?? []),
  );
}
