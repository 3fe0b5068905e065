import {
  type Call,
  type CompiledPolicy,
  compilePolicy,
  type Demand,
  decide,
  entryNames,
  type Outcome,
} from '../decide/index.ts';
import { type EngineFunctions, rememberPatterns } from '../functions.ts';
import type { JsonObject } from '../json/json.ts';
import { openLedgers, peekAll, reserveAll } from '../limits/index.ts';
import { argumentOf, comparisonsOf, countedPaths, rulesOf } from '../looked-at.ts';
import type { Micros, Policy, Rules } from '../policy.ts';
import { assume, type Bias } from './assume.ts';

/** A call as the log keeps it: with the names of its arguments, and none of their values. */
export type RecordedCall = Omit<Call, 'args'> & { readonly argKeys: readonly string[] };

/** `unknown`: it depends on what the log does not keep. `rule` is one that refuses or asks in any case. */
export type Replayed = { readonly outcome: Outcome; readonly rule: string } | { readonly outcome: 'unknown' };

const UNKNOWN: Replayed = { outcome: 'unknown' };
/** Pairs of compiled policies that are kept; calls differ in few ways as far as a policy can see. */
const PAIRS_MAX = 500;
/** Room for whatever may have been counted. */
const ENDLESS = Number.MAX_SAFE_INTEGER as Micros;

/**
 * Decides recorded calls in their order, with counters that begin at nothing. An answer that is not `unknown` is what `decide` and
 * the counters say of the call whatever its arguments were, if none that it had was null, its rules had enough work left, and no
 * limit on calls in flight refuses it: these are left out.
 */
export function openReplay(policy: Policy, functions: EngineFunctions): (call: RecordedCall) => Replayed {
  const pairFor = pairsOf(policy, functions);
  /** What calls took that were let through in any case, and that may have been. */
  const certain = openLedgers();
  const possible = openLedgers();
  return ({ argKeys, ...recorded }) => {
    const call: Call = { ...recorded, args: stoodFor(argKeys) };
    const { lenient, strict } = pairFor(call);
    const best = decide(lenient, call);
    const worst = decide(strict, call);
    const full = peekAll(certain, worst.demands, call.nowMs);
    if (!full.ok) return { outcome: 'limit', rule: full.refused.rule };
    const mayBeLimited = !peekAll(possible, best.demands, call.nowMs).ok;
    reserveAll(possible, best.demands.map(withoutEnd), call.nowMs);
    const { outcome } = best.decision;
    if (mayBeLimited || outcome !== worst.decision.outcome) return UNKNOWN;
    if (outcome === 'allow') reserveAll(certain, worst.demands, call.nowMs);
    return best.decision;
  };
}

function withoutEnd(demand: Demand): Demand {
  return { ...demand, max: ENDLESS };
}

/** Arguments of these names; no rule looks at their values. */
function stoodFor(keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.map((key) => [key, true]));
}

type Pair = Readonly<Record<Bias, CompiledPolicy>>;

function pairsOf(policy: Policy, functions: EngineFunctions): (call: Call) => Pair {
  const { nameFor } = entryNames(policy.tools.keys());
  const namesIn = new Map([...policy.tools].map(([name, entry]) => [name, argumentsIn(entry)]));
  const namesInAll = argumentsIn(policy.allTools);
  // All pairs have the same patterns, and compiling these is most of the work of a pair.
  const once = { ...functions, regex: rememberPatterns(functions.regex) };
  const pairs = new Map<string, Pair>();
  return ({ args, tool }) => {
    const entry = nameFor(tool.name);
    const names = [...namesInAll, ...(namesIn.get(entry ?? '') ?? [])];
    const keys = new Set(names.filter((name) => Object.hasOwn(args, name)));
    const id = JSON.stringify([entry ?? null, ...[...keys].sort()]);
    const known = pairs.get(id);
    if (known !== undefined) return known;
    if (pairs.size >= PAIRS_MAX) pairs.clear();
    const compiled = (bias: Bias) => compilePolicy(assume(policy, { entry, keys }, bias), once);
    const pair = { lenient: compiled('lenient'), strict: compiled('strict') };
    pairs.set(id, pair);
    return pair;
  };
}

/** The arguments that some rules look at. */
function argumentsIn(rules: Rules): readonly string[] {
  const conditions = [
    ...rulesOf(rules).flatMap((rule) => rule.conditions),
    ...rules.limits.flatMap(({ when }) => when),
  ];
  const counted = rules.limits.flatMap(countedPaths).map((path) => ({ path }));
  const names = [...comparisonsOf(conditions), ...counted].map(argumentOf);
  return names.filter((name) => name !== undefined);
}
