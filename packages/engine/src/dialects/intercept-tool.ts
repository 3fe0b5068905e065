import type { Json, JsonObject } from '../json/json.ts';
import * as places from '../parse/place.ts';
import { translateConditions } from './intercept-conditions.ts';
import { type Limits, rateLimit, spendLimit, stateLimit } from './intercept-limits.ts';
import { translateTimeout } from './intercept-timeout.ts';
import type { Notes } from './notes.ts';

type Place = places.Place;
/** `tool` is undefined for the rules of `"*"`. */
type Target = { readonly tool: string | undefined; readonly notes: Notes };

const ACTIONS = ['evaluate', 'deny', 'require_approval'] as const;
type Action = (typeof ACTIONS)[number];

const KEYS = [
  'name',
  'action',
  'conditions',
  'on_deny',
  'state',
  'rate_limit',
  'spend_limit',
  'approval_timeout',
] as const;
type Fields = places.Fields<(typeof KEYS)[number]>;

/** What the rules of one tool become, before it is written as an entry or as `all_tools`. */
type Parts = {
  readonly lists: Record<'deny_if' | 'require' | 'require_approval_if' | 'limits', Json[]>;
  readonly entry: Record<string, Json>;
};

/** The entry of one tool, or `all_tools`. */
export function translateTool(place: Place, target: Target): JsonObject {
  const parts: Parts = {
    lists: { deny_if: [], require: [], require_approval_if: [], limits: [] },
    entry: {},
  };
  const of = places.fields(place, ['rules'], 'a tool of an Intercept policy');
  for (const item of places.elements(of?.get('rules'), '"rules"', Number.MAX_SAFE_INTEGER)) {
    const rule = places.fields(item, KEYS, 'a rule of an Intercept policy');
    if (rule !== undefined) addRule(rule, parts, target);
  }
  const lists = Object.entries(parts.lists).filter(([, list]) => list.length > 0);
  return { ...parts.entry, ...Object.fromEntries(lists) };
}

function addRule(of: Fields, parts: Parts, target: Target): void {
  const action = places.oneOf(of.get('action'), ACTIONS, '"action"') ?? 'evaluate';
  const told = textFields(of);
  const limits = readLimits(of, action, target);
  parts.lists.limits.push(...limits.limits.map((limit) => ({ ...limit, ...onDeny(told) })));
  const rest = {
    ...told,
    conditions: translateConditions(of.get('conditions'), { action, skip: limits.skip, notes: target.notes }),
  };
  ADD[action](rest, parts, { of, target, hasLimits: limits.limits.length > 0 });
}

type Told = { readonly name?: string; readonly on_deny?: string };
type Rule = Told & { readonly conditions: readonly Json[] };
type Context = { readonly of: Fields; readonly target: Target; readonly hasLimits: boolean };

/** What a rule of each action becomes. */
const ADD: Record<Action, (rule: Rule, parts: Parts, context: Context) => void> = {
  evaluate: (rule, parts, { of, target, hasLimits }) => {
    if (rule.conditions.length > 0) parts.lists.require.push(written(rule));
    else if (!hasLimits)
      target.notes.add(
        'a rule without conditions and limits has no effect and was left out',
        of.place.pointer,
      );
  },
  deny: (rule, parts, { target }) => {
    if (target.tool === undefined || rule.conditions.length > 0) parts.lists.deny_if.push(written(rule));
    else setAction(parts, 'deny', rule);
  },
  require_approval: (rule, parts, { of, target }) => {
    if (target.tool === undefined || rule.conditions.length > 0)
      parts.lists.require_approval_if.push(written(rule));
    else setAction(parts, 'require_approval', rule);
    const timeout = translateTimeout(of.get('approval_timeout'), target.notes);
    if (timeout === undefined) return;
    if (target.tool === undefined) {
      target.notes.add(
        '"approval_timeout" of a rule for "*" was left out; an approval has a timeout per tool',
        of.place.pointer,
      );
    } else if (parts.entry['approval'] === undefined) parts.entry['approval'] = { timeout };
    else
      target.notes.add(
        'a second "approval_timeout" of one tool was left out; the first holds',
        of.place.pointer,
      );
  },
};

/** Deny is stronger than an approval; of equals the first keeps its text. */
function setAction(parts: Parts, action: 'deny' | 'require_approval', rule: Rule): void {
  const before = parts.entry['action'];
  if (before === action || before === 'deny') return;
  parts.entry['action'] = action;
  delete parts.entry['reason'];
  if (rule.on_deny !== undefined) parts.entry['reason'] = rule.on_deny;
}

function readLimits(of: Fields, action: Action, target: Target): Limits {
  const [conditions, state] = [of.get('conditions'), of.get('state')];
  const short = of.get('rate_limit') ?? of.get('spend_limit');
  if (short !== undefined && (conditions !== undefined || state !== undefined || action === 'deny')) {
    places.reportKey(
      short,
      'contradiction',
      'a short form goes neither with "conditions" and "state" nor with "action": "deny"; make two rules of it',
    );
  }
  if (of.get('rate_limit') !== undefined && of.get('spend_limit') !== undefined) {
    return {
      limits: [
        ...rateLimit(of.get('rate_limit'), target).limits,
        ...spendLimit(of.get('spend_limit'), target).limits,
      ],
      skip: new Set(),
    };
  }
  if (of.get('rate_limit') !== undefined) return rateLimit(of.get('rate_limit'), target);
  if (of.get('spend_limit') !== undefined) return spendLimit(of.get('spend_limit'), target);
  return stateLimit(state, conditions, target);
}

function textFields(of: Fields): Told {
  const name = places.prose(of.get('name'), '"name"');
  const text = places.prose(of.get('on_deny'), '"on_deny"');
  return { ...(name !== undefined && { name }), ...(text !== undefined && { on_deny: text }) };
}

function onDeny(told: Told): JsonObject {
  return told.on_deny === undefined ? {} : { on_deny: told.on_deny };
}

function written({ name, conditions, on_deny }: Rule): JsonObject {
  return { ...(name !== undefined && { name }), conditions, ...(on_deny !== undefined && { on_deny }) };
}
