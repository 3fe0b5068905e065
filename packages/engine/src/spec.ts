/**
 * The reference semantics of a decision (policy language §2 to §6 and §8), to be read as the specification: nothing is
 * compiled or remembered, and nothing shared with the rooms that decide. A property test holds `decide` equal to it.
 */
import type { Call, Decision } from './decide/decision.ts';
import type { EngineFunctions } from './functions.ts';
import { type Json, type JsonObject, jsonType } from './json/json.ts';
import { toMicros } from './limits/amount.ts';
import type { Condition, Limit, Policy, Rules, Validate } from './policy.ts';
import { all, type Context, find, holdsBig, type Join, judge, member, scalarOf, some } from './spec/index.ts';
import { WORK_MAX } from './work.ts';

/** `demands` are asked of the counters: `key` is one text per counter, `message` only what the policy itself says. */
export type Verdict = Pick<Decision, 'outcome' | 'rule'> & { readonly demands: readonly Json[] };

const refused = (rule: string): Verdict => ({ outcome: 'deny', rule, demands: [] });

/** §3, step by step: the first step that refuses ends it. */
export function specDecide(policy: Policy | undefined, call: Call, functions: EngineFunctions): Verdict {
  if (policy === undefined) return refused('(no policy)');
  if (!specIsVisible(policy, call.tool.name)) return { outcome: 'hide', rule: '(hidden)', demands: [] };
  const name = entryName(policy, call.tool.name);
  const entry = name === undefined ? undefined : policy.tools.get(name);
  if (entry === undefined && policy.default === 'deny') return refused('(default deny)');
  const own = name === undefined ? '/all_tools' : `/tools/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`;
  if (entry?.action === 'deny') return refused(`${own}/action`);
  if (entry?.validate && !isValid(entry.validate, call, functions)) return refused(`${own}/validate`);
  const { denyIf, require, requireApprovalIf, limits } = rulesOf(policy, entry);
  const context = { call, functions, timeZone: policy.timeZone, left: { work: WORK_MAX } };
  const holds = (conditions: readonly Condition[], join: Join) =>
    all(conditions, (condition) => judge(condition, join, context));
  const firing = denyIf.find(({ conditions }) => holds(conditions, some) !== 'false');
  if (firing) return refused(firing.id);
  const failing = require.find(({ conditions }) => holds(conditions, all) !== 'true');
  if (failing) return refused(failing.id);
  const demands: JsonObject[] = [];
  for (const limit of limits.filter(({ when }) => holds(when, some) !== 'false')) {
    const demand = demandOf(limit, context);
    if (demand === undefined) return refused(limit.id);
    demands.push(demand);
  }
  const asks = requireApprovalIf.some(({ conditions }) => holds(conditions, some) !== 'false');
  const isHeld = asks || entry?.action === 'require_approval';
  return { outcome: isHeld ? 'approve' : 'allow', rule: isHeld ? `${own}/approval` : '', demands };
}

/** What holds for all tools comes before what the entry says. */
function rulesOf({ allTools }: Policy, entry: Rules = NONE): Rules {
  return {
    denyIf: [...allTools.denyIf, ...entry.denyIf],
    require: [...allTools.require, ...entry.require],
    requireApprovalIf: [...allTools.requireApprovalIf, ...entry.requireApprovalIf],
    limits: [...allTools.limits, ...entry.limits],
  };
}

const NONE: Rules = { denyIf: [], require: [], requireApprovalIf: [], limits: [] };

/** `hide` beats everything under `tools`. */
export function specIsVisible(policy: Policy | undefined, tool: string): boolean {
  return policy !== undefined && !policy.hide.some((pattern) => matches(pattern, tool));
}

/** §8: deny beats allow; what matches neither follows `default`. */
export function specAccess(policy: Policy | undefined, kind: 'resources' | 'prompts', target: string) {
  if (policy === undefined) return { outcome: 'deny', rule: '(no policy)' };
  const climbs = kind === 'resources' && hasStepBack(target);
  for (const outcome of ['deny', 'allow'] as const) {
    const listed = policy[kind]?.[outcome] ?? [];
    const counts =
      climbs && outcome === 'allow' ? listed.filter((one) => one.replaceAll('*', '') === '') : listed;
    const isListed = counts.some((pattern) => (climbs && outcome === 'deny') || matches(pattern, target));
    if (isListed) return { outcome, rule: `/${kind}/${outcome}` };
  }
  return { outcome: policy.default, rule: policy.default === 'allow' ? '' : '(default deny)' };
}

/** What a URI leads to is not what its beginning says when some step of it goes back, however it is escaped. */
function hasStepBack(uri: string): boolean {
  const plain = uri.replace(/%2e/gi, '.').replace(/%2f/gi, '/').replace(/%5c/gi, '/');
  return /(^|[/:])\.\.($|[/?#])/.test(plain.replaceAll('\\', '/'));
}

/** §2: the exact name, otherwise the pattern with the most literal characters that matches. */
function entryName(policy: Policy, tool: string): string | undefined {
  if (policy.tools.has(tool)) return tool;
  const literals = (pattern: string) => pattern.replaceAll('*', '').length;
  const matching = [...policy.tools.keys()].filter((pattern) => matches(pattern, tool));
  return matching.sort((one, other) => literals(other) - literals(one))[0];
}

/** §2: `*` is any run of characters, everything else stands for itself. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern;
  if (pattern === '') return text === '';
  if (first !== '*') return text.startsWith(first) && matches(rest.join(''), text.slice(first.length));
  return matches(rest.join(''), text) || (text !== '' && matches(pattern, text.slice(1)));
}

/** §6: whatever is asked needs the tool's own schema; without one that compiles the call is refused. */
function isValid(asked: Validate, { tool, args }: Call, functions: EngineFunctions): boolean {
  if (!asked.requiredArgs && !asked.schema && asked.unknownArgs === 'allow') return true;
  const compiled = tool.inputSchema && functions.schema(tool.inputSchema);
  if (!compiled?.ok) return false;
  const required = member(tool.inputSchema, 'required') ?? [];
  const known = member(tool.inputSchema, 'properties') ?? {};
  const hasAll = () =>
    Array.isArray(required) &&
    required.every((key) => typeof key === 'string' && (member(args, key) ?? null) !== null);
  const hasNoOther = () =>
    jsonType(known) === 'object' && Object.keys(args).every((key) => member(known, key) !== undefined);
  if (asked.requiredArgs && !hasAll()) return false;
  if (asked.unknownArgs === 'deny' && !hasNoOther()) return false;
  return !asked.schema || (!holdsBig(args) && compiled.validate(args).ok);
}

/** §5: what one limit asks; undefined when the call cannot be counted, which refuses it. */
function demandOf(limit: Limit, context: Context): JsonObject | undefined {
  const { call, timeZone } = context;
  const { id: rule, counter, onStoreError, onDeny } = limit;
  const { grant, session, server, organization } = call;
  const ids = { grant: grant.id, session, server: server.id, organization };
  const scopes = limit.scope.map((scope) => {
    if (typeof scope === 'string') return [scope, ids[scope]] as const;
    return [scope.text, scalarOf(find(scope, context))] as const;
  });
  if (scopes.some(([, value]) => value === undefined)) return undefined;
  const key = JSON.stringify([organization, server.id, limit.kind, counter, scopes.sort()]);
  const message = onDeny === undefined ? {} : { message: onDeny };
  const base = { rule, counter, key, onStoreError, kind: limit.kind, ...message };
  if (limit.kind === 'concurrent') return { ...base, max: limit.concurrent };
  const { increment, window, reset, max } = limit;
  const number = increment.kind === 'from' ? find(increment.path, context) : undefined;
  const counted = toMicros(typeof number === 'number' ? number : Number.NaN);
  const amount = increment.kind === 'from' ? counted : increment.amount;
  if (amount === undefined) return undefined;
  const unit = window.unit === undefined ? {} : { unit: window.unit };
  return { ...base, reset, windowMs: window.ms, ...unit, timeZone, max, amount };
}
