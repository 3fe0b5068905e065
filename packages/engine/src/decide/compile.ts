import { compilePatterns, type Parts, Places, type TextTest } from '../conditions/index.ts';
import { type EngineFunctions, rememberPatterns } from '../functions.ts';
import { escapeSegment } from '../json/pointer.ts';
import type { AccessList, Entry, Policy, Rules } from '../policy.ts';
import { type ApprovalTerms, approvalTerms } from './approval.ts';
import { climbs } from './climbs.ts';
import { entryNames } from './entry-names.ts';
import { type CompiledLimit, compileLimit } from './limit.ts';
import { type CompiledRule, compileRules, FIRES_WHEN_FALSE, FIRES_WHEN_TRUE } from './rule.ts';
import { type CheckArguments, compileValidate } from './validate.ts';

/** A policy ready to decide with: patterns, paths and operators are closures, made once. */
export type CompiledPolicy = {
  readonly default: 'allow' | 'deny';
  readonly timeZone: string;
  readonly isHidden: TextTest;
  readonly allTools: CompiledRules;
  /** The entry that applies to a tool (policy language §2). */
  readonly entryFor: (tool: string) => CompiledEntry | undefined;
  readonly access: Readonly<Record<AccessKind, CompiledAccess | undefined>>;
};

export type AccessKind = 'resources' | 'prompts';
type CompiledAccess = { readonly isDenied: TextTest; readonly isAllowed: TextTest };

export type CompiledRules = {
  readonly denyIf: readonly CompiledRule[];
  readonly require: readonly CompiledRule[];
  readonly requireApprovalIf: readonly CompiledRule[];
  readonly limits: readonly CompiledLimit[];
};

export type CompiledEntry = CompiledRules & {
  readonly action: Entry['action'];
  readonly reason: string | undefined;
  readonly validate: CheckArguments | undefined;
  readonly approval: ApprovalTerms;
  readonly rule: { readonly action: string; readonly validate: string; readonly approval: string };
};

/** Compiles a policy once for many calls. A pattern that does not compile makes its condition undetermined, never true. */
export function compilePolicy(policy: Policy, functions: EngineFunctions): CompiledPolicy {
  const places = new Places();
  const regex = rememberPatterns(functions.regex);
  const allTools = compileAll(policy.allTools, policy.timeZone, { regex, places });
  const own = { functions: { ...functions, regex }, shared: places };
  return {
    default: policy.default,
    timeZone: policy.timeZone,
    isHidden: compilePatterns(policy.hide),
    allTools,
    entryFor: compileEntries(policy, own),
    access: { resources: compileUris(policy.resources), prompts: compileAccess(policy.prompts) },
  };
}

type Own = { readonly functions: EngineFunctions; readonly shared: Places };

function compileEntries(policy: Policy, own: Own): CompiledPolicy['entryFor'] {
  const compiled = new Map(
    [...policy.tools].map(([name, entry]) => [
      name,
      compileEntry({ name, entry, timeZone: policy.timeZone }, own),
    ]),
  );
  const { nameFor } = entryNames(policy.tools.keys());
  return (tool) => {
    const name = nameFor(tool);
    return name === undefined ? undefined : compiled.get(name);
  };
}

type NamedEntry = { readonly name: string; readonly entry: Entry; readonly timeZone: string };

function compileEntry({ name, entry, timeZone }: NamedEntry, { functions, shared }: Own): CompiledEntry {
  const rule = (step: string) => `/tools/${escapeSegment(name)}/${step}`;
  return {
    ...compileAll(entry, timeZone, { regex: functions.regex, places: shared.further() }),
    action: entry.action,
    reason: entry.reason,
    validate: compileValidate(entry.validate, functions.schema),
    approval: approvalTerms(entry.approval),
    rule: { action: rule('action'), validate: rule('validate'), approval: rule('approval') },
  };
}

function compileAll(rules: Rules, timeZone: string, parts: Parts): CompiledRules {
  const fires = { quantifier: 'some', reading: FIRES_WHEN_TRUE } as const;
  const mustHold = { quantifier: 'every', reading: FIRES_WHEN_FALSE } as const;
  return {
    denyIf: compileRules(rules.denyIf, fires, parts),
    require: compileRules(rules.require, mustHold, parts),
    requireApprovalIf: compileRules(rules.requireApprovalIf, fires, parts),
    limits: rules.limits.map((limit) => compileLimit(limit, timeZone, parts)),
  };
}

function compileAccess(list: AccessList | undefined): CompiledAccess | undefined {
  if (list === undefined) return undefined;
  return { isDenied: compilePatterns(list.deny), isAllowed: compilePatterns(list.allow) };
}

/** A pattern that opens everything. */
const EVERYTHING = /^\*+$/;

/** A URI that climbs is closed where any is, and opened by what opens all. */
function compileUris(list: AccessList | undefined): CompiledAccess | undefined {
  const access = compileAccess(list);
  if (list === undefined || access === undefined) return undefined;
  const deniesAny = list.deny.length > 0;
  const allowsAll = list.allow.some((pattern) => EVERYTHING.test(pattern));
  return {
    isDenied: (uri) => access.isDenied(uri) || (deniesAny && climbs(uri)),
    isAllowed: (uri) => access.isAllowed(uri) && (allowsAll || !climbs(uri)),
  };
}
