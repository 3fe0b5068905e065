import { isJsonObject, type Json } from '@boomgate/engine';
import { type AsJson, asJson, fits, isOneOf, isText, listOf, present } from './as-json.ts';
import { type Limit, readLimit, readShortForm, type ShortForm, writeLimit, writeShortForm } from './limit.ts';
import {
  type Approval,
  readApproval,
  readValidate,
  type Validate,
  writeApproval,
  writeValidate,
} from './parts.ts';
import { type Rule, readRule, writeRule } from './rule.ts';

export const RULE_LISTS = ['deny_if', 'require', 'require_approval_if'] as const;
export type RuleList = (typeof RULE_LISTS)[number];

/** An entry of `tools`, or `all_tools`, which has fewer keys. What it does not write is absent. */
export type Entry = {
  readonly action?: string | undefined;
  readonly reason?: string | undefined;
  readonly validate?: Validate | undefined;
  readonly rules: Readonly<Partial<Record<RuleList, readonly Rule[]>>>;
  readonly approval?: Approval | undefined;
  readonly limits?: readonly Limit[] | undefined;
  readonly rateLimit?: ShortForm | undefined;
  readonly spendLimit?: ShortForm | undefined;
  /** The other dialect's list (policy language §10). */
  readonly listed?: readonly Listed[] | undefined;
  /** Keys that no form shows, or whose value is none that one could. */
  readonly rest: readonly (readonly [key: string, value: Json])[];
};

/** A rule of the rule-list dialect. */
export type Listed =
  | { readonly kind: 'listed'; readonly entry: Entry; readonly name?: string | undefined }
  | AsJson;

const SHOWN: Readonly<Record<string, (value: Json) => boolean>> = {
  action: isOneOf('allow', 'deny', 'require_approval'),
  reason: isText,
  validate: isJsonObject,
  deny_if: Array.isArray,
  require: Array.isArray,
  require_approval_if: Array.isArray,
  approval: isJsonObject,
  limits: Array.isArray,
  rate_limit: (value) => readShortForm(value).kind === 'short',
  spend_limit: (value) => readShortForm(value).kind === 'short',
  rules: Array.isArray,
};

/** Of any object; `undefined` for what is none. */
export function readEntry(json: Json): Entry | undefined {
  if (!isJsonObject(json)) return undefined;
  const entries = Object.entries(json);
  const shown = new Map(entries.filter(([key, value]) => Object.hasOwn(SHOWN, key) && SHOWN[key]?.(value)));
  const get = <Read>(key: string, read: (value: Json) => Read): Read | undefined => {
    const value = shown.get(key);
    return value === undefined ? undefined : read(value);
  };
  // Casts: `SHOWN` looked at each of them.
  const list = <Item>(key: string, read: (item: Json) => Item) =>
    get(key, (value) => (value as readonly Json[]).map(read));
  return {
    action: get('action', String),
    reason: get('reason', String),
    validate: get('validate', readValidate),
    rules: Object.fromEntries(
      RULE_LISTS.flatMap((key) => {
        const rules = list(key, readRule);
        return rules === undefined ? [] : [[key, rules]];
      }),
    ),
    approval: get('approval', readApproval),
    limits: list('limits', readLimit),
    rateLimit: get('rate_limit', readShortForm),
    spendLimit: get('spend_limit', readShortForm),
    listed: list('rules', readListed),
    rest: entries.filter(([key]) => !shown.has(key)),
  };
}

export function writeEntry(entry: Entry): Json {
  const { rules } = entry;
  return {
    ...present({
      action: entry.action,
      reason: entry.reason,
      validate: entry.validate && writeValidate(entry.validate),
      deny_if: rules.deny_if?.map(writeRule),
      require: rules.require?.map(writeRule),
      require_approval_if: rules.require_approval_if?.map(writeRule),
      approval: entry.approval && writeApproval(entry.approval),
      limits: entry.limits?.map(writeLimit),
      rate_limit: entry.rateLimit && writeShortForm(entry.rateLimit),
      spend_limit: entry.spendLimit && writeShortForm(entry.spendLimit),
      rules: entry.listed?.map(writeListed),
    }),
    ...Object.fromEntries(entry.rest),
  };
}

/** Whether an entry has short forms that can be said in words, or is a list of rules (policy language §5, §10). */
export function isShort({ listed, rateLimit, spendLimit }: Entry): boolean {
  return listed !== undefined || rateLimit !== undefined || spendLimit !== undefined;
}

const LISTED = new Set(['name', 'action', 'reason', 'rate_limit', 'spend_limit', 'validate']);

function readListed(json: Json): Listed {
  if (!isJsonObject(json) || Object.keys(json).some((key) => !LISTED.has(key))) return asJson(json);
  const { name, ...own } = json;
  const entry = readEntry(own);
  if (entry === undefined || entry.rest.length > 0 || !(name === undefined || typeof name === 'string'))
    return asJson(json);
  return { kind: 'listed', entry, name };
}

function writeListed(listed: Listed): Json {
  if (listed.kind === 'json') return listed.value;
  return { ...present({ name: listed.name }), ...(writeEntry(listed.entry) as Record<string, Json>) };
}

/** Whether a value is a list of patterns, as `allow` and `deny` of `resources` and `prompts` are. */
export function isAccess(json: Json): boolean {
  return fits(json, { allow: listOf(isText), deny: listOf(isText) });
}
