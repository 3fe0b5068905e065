import { escapeSegment } from '../json/pointer.ts';
import { countedPaths } from '../looked-at.ts';
import type { Condition, Entry, Limit, Path, Policy, Rule, Rules } from '../policy.ts';

/**
 * What is taken for granted of values that nobody knows: `lenient` that no rule refuses for them or asks a person, and that
 * limits count the call; `strict` that every rule does, and that they do not.
 */
export type Bias = 'lenient' | 'strict';

/** The entry that applies to a tool, and the arguments that a call of it had. */
type Known = { readonly entry: string | undefined; readonly keys: ReadonlySet<string> };

const HOLDS: Condition = { kind: 'all', of: [] };
const FAILS: Condition = { kind: 'any', of: [] };

/**
 * A policy for calls of one tool with these arguments, in which nothing depends on their values: of a real call it says what
 * lies between both biases. Limits on calls in flight are left out.
 */
export function assume(policy: Policy, { entry, keys }: Known, bias: Bias): Policy {
  const assumed: Assumed = { keys, bias };
  const tools = [...policy.tools]
    .filter(([name]) => name === entry)
    .map(([name, own]) => [name, assumedEntry(own, name, assumed)] as const);
  return { ...policy, allTools: assumedRules(policy.allTools, assumed), tools: new Map(tools) };
}

type Assumed = { readonly keys: ReadonlySet<string>; readonly bias: Bias };

function assumedEntry(entry: Entry, name: string, assumed: Assumed): Entry {
  const rules = { ...entry, ...assumedRules(entry, assumed) };
  const { validate } = entry;
  if (!validate?.schema) return rules;
  const misfit: Rule = { id: `/tools/${escapeSegment(name)}/validate`, conditions: [] };
  return {
    ...rules,
    validate: { ...validate, schema: false },
    denyIf: assumed.bias === 'strict' ? [misfit, ...rules.denyIf] : rules.denyIf,
  };
}

/**
 * A limit that is counted by an argument refuses calls without it, wherever it counts them. Of calls that have it nobody knows what
 * it makes of them.
 */
function assumedRules(rules: Rules, assumed: Assumed): Rules {
  const isStrict = assumed.bias === 'strict';
  const rulesThat = (list: readonly Rule[], hold: boolean): readonly Rule[] =>
    list.map((rule) => ({ ...rule, conditions: conditionsThat(rule.conditions, hold, assumed) }));
  const windows = rules.limits.filter((limit) => limit.kind === 'window');
  const refusals = windows
    .filter((limit) => countedPaths(limit).length > 0)
    .filter((limit) => isStrict || countedPaths(limit).some((path) => isKnown(path, assumed)))
    .map(({ id, when }): Rule => ({ id, conditions: conditionsThat(when, isStrict, assumed) }));
  return {
    denyIf: [...rulesThat(rules.denyIf, isStrict), ...refusals],
    require: rulesThat(rules.require, !isStrict),
    requireApprovalIf: rulesThat(rules.requireApprovalIf, isStrict),
    limits: windows
      .filter((limit) => countedPaths(limit).length === 0)
      .map((limit): Limit => ({ ...limit, when: conditionsThat(limit.when, !isStrict, assumed) })),
  };
}

function conditionsThat(
  conditions: readonly Condition[],
  hold: boolean,
  assumed: Assumed,
): readonly Condition[] {
  return conditions.map((one) => conditionThat(one, hold, assumed));
}

/** The condition with what is unknown in it so that it holds, or does not, if it can. */
function conditionThat(condition: Condition, hold: boolean, assumed: Assumed): Condition {
  switch (condition.kind) {
    case 'compare': {
      const isPresence = condition.op === 'exists' && condition.path.segments.length === 1;
      if (isPresence || isKnown(condition.path, assumed)) return condition;
      return hold ? HOLDS : FAILS;
    }
    case 'not':
      return { kind: 'not', of: conditionThat(condition.of, !hold, assumed) };
    case 'all':
    case 'any':
      return { ...condition, of: conditionsThat(condition.of, hold, assumed) };
  }
}

/** Whether a call has something at a path is known of everything but arguments, and of arguments that it did not have. */
function isKnown({ root, segments: [first] }: Path, { keys }: Assumed): boolean {
  return root !== 'args' || (first?.kind === 'name' && !keys.has(first.name));
}
