/**
 * The reference semantics of a decision (policy language §2 to §6 and §8), to be read as the specification: nothing is
 * compiled or remembered, and nothing shared with the rooms that decide. A property test holds `decide` equal to it.
 */
import type { Call, Outcome, Truth } from './decide/decision.ts';
import type { EngineFunctions } from './functions.ts';
import { type Json, type JsonObject, jsonType } from './json/json.ts';
import { rawNumberText } from './json/raw-number.ts';
import { toMicros } from './limits/amount.ts';
import type { Condition, Limit, Path, Policy, Segment, Validate } from './policy.ts';
import {
  all,
  isBigInteger,
  judgePlace,
  kindOf,
  NOT,
  type Place,
  some,
  UNREACHABLE,
} from './spec-operators.ts';

/** What is asked of the counters; `key` is one text per counter, `message` only what the policy itself says. */
export type SpecDemand = JsonObject;
export type Verdict = {
  readonly outcome: Outcome;
  readonly rule: string;
  readonly demands: readonly SpecDemand[];
};

const refused = (rule: string): Verdict => ({ outcome: 'deny', rule, demands: [] });

/** §3, step by step: the first step that refuses ends it. */
export function specDecide(policy: Policy | undefined, call: Call, functions: EngineFunctions): Verdict {
  if (policy === undefined) return refused('(no policy)');
  if (!specIsVisible(policy, call.tool.name)) return { outcome: 'hide', rule: '(hidden)', demands: [] };
  const name = entryName(policy, call.tool.name);
  const entry = policy.tools.get(name ?? '');
  if (entry === undefined && policy.default === 'deny') return refused('(default deny)');
  const own =
    name === undefined ? '/all_tools' : `/tools/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (entry?.action === 'deny') return refused(`${own}/action`);
  if (entry?.validate && !isValid(entry.validate, call, functions)) return refused(`${own}/validate`);
  const lists = entry === undefined ? [policy.allTools] : [policy.allTools, entry];
  const holds = (conditions: readonly Condition[], join: Join) =>
    all(
      conditions.map((condition) => judge(condition, join, { call, functions, timeZone: policy.timeZone })),
    );
  const fires = lists
    .flatMap(({ denyIf }) => denyIf)
    .find((rule) => holds(rule.conditions, some) !== 'false');
  if (fires) return refused(fires.id);
  const fails = lists
    .flatMap(({ require }) => require)
    .find((rule) => holds(rule.conditions, all) !== 'true');
  if (fails) return refused(fails.id);
  const demands: SpecDemand[] = [];
  for (const limit of lists.flatMap(({ limits }) => limits)) {
    if (holds(limit.when, some) === 'false') continue;
    const demand = demandOf(limit, call, policy.timeZone);
    if (demand === undefined) return refused(limit.id);
    demands.push(demand);
  }
  const asks = lists
    .flatMap(({ requireApprovalIf }) => requireApprovalIf)
    .some((rule) => holds(rule.conditions, some) !== 'false');
  if (entry?.action === 'require_approval' || asks)
    return { outcome: 'approve', rule: `${own}/approval`, demands };
  return { outcome: 'allow', rule: '', demands };
}

/** `hide` beats everything under `tools`. */
export function specIsVisible(policy: Policy | undefined, tool: string): boolean {
  return policy !== undefined && !policy.hide.some((pattern) => matches(pattern, tool));
}

/** §8: deny beats allow; what matches neither follows `default`. */
export function specAccess(policy: Policy | undefined, kind: 'resources' | 'prompts', target: string) {
  if (policy === undefined) return { outcome: 'deny', rule: '(no policy)' };
  const isIn = (list: 'deny' | 'allow') => policy[kind]?.[list].some((pattern) => matches(pattern, target));
  if (isIn('deny')) return { outcome: 'deny', rule: `/${kind}/deny` };
  if (isIn('allow')) return { outcome: 'allow', rule: `/${kind}/allow` };
  return policy.default === 'allow'
    ? { outcome: 'allow', rule: '' }
    : { outcome: 'deny', rule: '(default deny)' };
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
  return !asked.schema || compiled.validate(args).ok;
}

type Join = (truths: readonly Truth[]) => Truth;
type Context = { readonly call: Call; readonly functions: EngineFunctions; readonly timeZone: string };

/** §4: Kleene's tables; `[*]` joins what is said of the elements, by *some* or by *every*. */
function judge(condition: Condition, join: Join, context: Context): Truth {
  switch (condition.kind) {
    case 'not':
      return NOT[judge(condition.of, join, context)];
    case 'all':
      return all(condition.of.map((inner) => judge(inner, join, context)));
    case 'any':
      return some(condition.of.map((inner) => judge(inner, join, context)));
    case 'compare': {
      const places = find(condition.path, context);
      const truths = places.map((place) => judgePlace(place, condition, context.functions));
      return condition.path.segments.some(({ kind }) => kind === 'each') ? join(truths) : all(truths);
    }
  }
}

/** §4: the places that a path leads to: one, or with `[*]` one for each element. Only own properties are followed. */
function find({ root, segments }: Path, { call, timeZone }: Omit<Context, 'functions'>): readonly Place[] {
  // The records of a call hold JSON under keys that are there or not.
  return follow(root === 'time' ? timeOf(call.nowMs, timeZone) : (call[root] as JsonObject), segments);
}

function follow(place: Place, [segment, ...rest]: readonly Segment[]): readonly Place[] {
  if (segment === undefined || place === UNREACHABLE) return [place];
  if (place === undefined || place === null) return [undefined];
  if (segment.kind === 'name') {
    return follow(kindOf(place) === 'object' ? member(place, segment.name) : UNREACHABLE, rest);
  }
  if (!Array.isArray(place)) return [UNREACHABLE];
  if (segment.kind === 'index') return follow(place[segment.index], rest);
  return place.flatMap((element) => follow(element, rest));
}

function member(value: Json | undefined, name: string): Json | undefined {
  // Only objects are asked for members.
  return Object.entries(value as JsonObject).find(([key]) => key === name)?.[1];
}

function timeOf(nowMs: number, timeZone: string): JsonObject {
  const format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const [date = '', time = ''] = format.format(nowMs).split(' ');
  return { date, hour: Number(time.slice(0, 2)), weekday: new Date(`${date}T00:00Z`).getUTCDay() || 7 };
}

/** Beyond it the value of an argument is no counter's name; in UTF-16 code units. */
const SCOPE_VALUE_MAX = 1_024;

/** §5: what one limit asks; undefined when the call cannot be counted, which refuses it. */
function demandOf(limit: Limit, call: Call, timeZone: string): SpecDemand | undefined {
  const { id: rule, counter, onStoreError, onDeny } = limit;
  const ids = {
    grant: call.grant.id,
    session: call.session,
    server: call.server.id,
    organization: call.organization,
  };
  const scopes = limit.scope.map((scope) => {
    if (typeof scope === 'string') return [scope, ids[scope]] as const;
    const [value] = find(scope, { call, timeZone });
    return [scope.text, scalarOf(value)] as const;
  });
  if (scopes.some(([, value]) => value === undefined)) return undefined;
  const key = JSON.stringify([call.organization, call.server.id, limit.kind, counter, scopes.sort()]);
  const base = {
    rule,
    counter,
    key,
    onStoreError,
    kind: limit.kind,
    ...(onDeny !== undefined && { message: onDeny }),
  };
  if (limit.kind === 'concurrent') return { ...base, max: limit.concurrent };
  const { increment, window, reset, max } = limit;
  const [number] = increment.kind === 'from' ? find(increment.path, { call, timeZone }) : [];
  const counted = typeof number === 'number' ? toMicros(number) : undefined;
  const amount = increment.kind === 'from' ? counted : increment.amount;
  if (amount === undefined) return undefined;
  const unit = window.unit === undefined ? {} : { unit: window.unit };
  return { ...base, reset, windowMs: window.ms, ...unit, timeZone, max, amount };
}

/** A scalar, a number beyond doubles as its digits; undefined for everything else. */
function scalarOf(place: Place): Json | undefined {
  if (typeof place === 'string') return place.length <= SCOPE_VALUE_MAX ? place : undefined;
  if (typeof place === 'number' || typeof place === 'boolean') return place;
  return place && typeof place === 'object' && isBigInteger(place)
    ? { number: rawNumberText(place) ?? '' }
    : undefined;
}
