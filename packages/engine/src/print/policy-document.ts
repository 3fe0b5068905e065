import type { Json, JsonObject } from '../json/json.ts';
import type { AccessList, Approval, Duration, Entry, Policy, Rule, Rules, Validate } from '../policy.ts';
import { conditionDocument } from './condition-document.ts';
import { lengthDocument, present } from './fields.ts';
import { limitDocument } from './limit-document.ts';

/** The document that a policy stands for, in the canonical order of keys and without defaults (policy language §1). */
export function policyDocument(policy: Policy): JsonObject {
  return present({
    version: policy.version,
    description: policy.description,
    time_zone: policy.timeZone === 'UTC' ? undefined : policy.timeZone,
    default: policy.default,
    hide: list(policy.hide),
    all_tools: unlessEmpty(rulesDocument(policy.allTools)),
    tools: unlessEmpty(
      Object.fromEntries([...policy.tools].map(([tool, entry]) => [tool, entryDocument(entry)])),
    ),
    resources: policy.resources && accessDocument(policy.resources),
    prompts: policy.prompts && accessDocument(policy.prompts),
  });
}

/** An entry as it is written. */
export function entryDocument(entry: Entry): JsonObject {
  return present({
    action: entry.action === 'allow' ? undefined : entry.action,
    reason: entry.reason,
    validate: entry.validate && validateDocument(entry.validate),
    ...ruleLists(entry),
    approval: entry.approval && approvalDocument(entry.approval),
    limits: list(entry.limits.map(limitDocument)),
  });
}

function rulesDocument(rules: Rules): JsonObject {
  return present({ ...ruleLists(rules), limits: list(rules.limits.map(limitDocument)) });
}

function ruleLists(rules: Rules): Record<string, Json | undefined> {
  return {
    deny_if: list(rules.denyIf.map(ruleDocument)),
    require: list(rules.require.map(ruleDocument)),
    require_approval_if: list(rules.requireApprovalIf.map(ruleDocument)),
  };
}

/** A rule as it is written. */
export function ruleDocument(rule: Rule): JsonObject {
  return present({
    name: rule.name,
    conditions: rule.conditions.map(conditionDocument),
    on_deny: rule.onDeny,
  });
}

function validateDocument(validate: Validate): JsonObject {
  return present({
    required_args: validate.requiredArgs || undefined,
    schema: validate.schema || undefined,
    unknown_args: validate.unknownArgs === 'deny' ? 'deny' : undefined,
  });
}

function approvalDocument(approval: Approval): JsonObject {
  return present({
    timeout: approval.timeout && lengthDocument(approval.timeout),
    approvers: approval.approvers,
    required: approval.required,
    self: approval.self,
    remember: approval.remember === undefined ? undefined : rememberDocument(approval.remember),
  });
}

function rememberDocument(remember: string | Duration): Json {
  return typeof remember === 'string' ? remember : lengthDocument(remember);
}

function accessDocument(access: AccessList): JsonObject {
  return present({ allow: list(access.allow), deny: list(access.deny) });
}

function list(items: readonly Json[]): readonly Json[] | undefined {
  return items.length === 0 ? undefined : items;
}

function unlessEmpty(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length === 0 ? undefined : object;
}
