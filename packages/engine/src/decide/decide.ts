import type { Facts } from '../conditions/index.ts';
import { type ApprovalTerms, approvalTerms } from './approval.ts';
import type { CompiledEntry, CompiledPolicy, CompiledRules } from './compile.ts';
import type { Call, Decision, Demand, Judgement, Outcome, Step } from './decision.ts';
import { CallFacts } from './facts.ts';
import type { CompiledRule } from './rule.ts';
import { explainUndetermined, joinSentences, name } from './words.ts';

/**
 * What a policy says of a call (policy language §3). The first step that refuses ends it. `deny` and `hide` are
 * final; `allow` and `approve` hold once every demand is taken. Pure: the same call gives the same judgement.
 */
export function decide(policy: CompiledPolicy | undefined, call: Call): Judgement {
  if (policy === undefined) return refuse(NO_POLICY, []);
  const tool = call.tool.name;
  if (policy.isHidden(tool)) return refuse(hidden(tool), []);
  const entry = policy.entryFor(tool);
  if (entry === undefined && policy.default === 'deny') return refuse(notListed(tool), []);
  const judging: Judging = {
    call,
    facts: new CallFacts(call, policy.timeZone),
    lists: entry === undefined ? [policy.allTools] : [policy.allTools, entry],
    entry,
    trace: [],
  };
  const refusal =
    checkAction(judging) ?? checkArguments(judging) ?? findFiring(judging) ?? findFailing(judging);
  if (refusal !== undefined) return refuse(refusal, judging.trace);
  const asked = collectDemands(judging);
  if ('rule' in asked) return refuse(asked, judging.trace);
  return conclude(judging, asked.demands);
}

/** Whether a tool may be listed to the agent: hidden ones are not, denied ones are. Without a policy nothing is. */
export function isVisible(policy: CompiledPolicy | undefined, tool: string): boolean {
  return policy !== undefined && !policy.isHidden(tool);
}

const DEFAULT_TERMS = approvalTerms();

/** The terms for a call of this tool: its entry's, or the defaults where `all_tools` asks and there is no entry. */
export function approvalTermsFor(policy: CompiledPolicy | undefined, tool: string): ApprovalTerms {
  return policy?.entryFor(tool)?.approval ?? DEFAULT_TERMS;
}

type Judging = {
  readonly call: Call;
  readonly facts: Facts;
  /** Those of all tools, then those of the entry. */
  readonly lists: readonly CompiledRules[];
  readonly entry: CompiledEntry | undefined;
  readonly trace: Step[];
};

/** The step that ended it; `traced` when the trace has it already. */
type Ending = {
  readonly outcome: Outcome;
  readonly rule: string;
  readonly message: string;
  readonly traced?: true;
};

const NO_POLICY: Ending = {
  outcome: 'deny',
  rule: '(no policy)',
  message: 'this grant has no policy for this server, so every call is refused',
};

function hidden(tool: string): Ending {
  return { outcome: 'hide', rule: '(hidden)', message: `Unknown tool: ${tool}` };
}

function notListed(tool: string): Ending {
  const message = `tool ${name(tool)} is not allowed by the policy (default deny)`;
  return { outcome: 'deny', rule: '(default deny)', message };
}

function checkAction({ entry, call }: Judging): Ending | undefined {
  if (entry?.action !== 'deny') return undefined;
  const message = entry.reason ?? `tool ${name(call.tool.name)} is denied by the policy`;
  return { outcome: 'deny', rule: entry.rule.action, message };
}

function checkArguments({ entry, call, trace }: Judging): Ending | undefined {
  if (entry?.validate === undefined) return undefined;
  const rule = entry.rule.validate;
  const message = entry.validate(call);
  if (message !== undefined) return { outcome: 'deny', rule, message };
  trace.push({ rule, outcome: 'passed', conditions: [] });
  return undefined;
}

function findFiring({ lists, facts, trace }: Judging): Ending | undefined {
  for (const { denyIf } of lists) {
    const fired = lookUntil(denyIf, facts, trace);
    if (fired !== undefined) return denial(fired, 'the call is refused by the policy');
  }
  return undefined;
}

function findFailing({ lists, facts, trace }: Judging): Ending | undefined {
  for (const { require } of lists) {
    const failed = lookUntil(require, facts, trace);
    if (failed !== undefined) return denial(failed, 'the call does not meet a requirement of the policy');
  }
  return undefined;
}

type Fired = { readonly rule: CompiledRule['rule']; readonly step: Step };

/** The first rule that does not pass. Undetermined does not pass: an error never widens access. */
function lookUntil(rules: readonly CompiledRule[], facts: Facts, trace: Step[]): Fired | undefined {
  for (const compiled of rules) {
    const { step } = compiled.conditions.look(facts);
    trace.push(step);
    if (step.outcome !== 'passed') return { rule: compiled.rule, step };
  }
  return undefined;
}

function denial({ rule, step }: Fired, ownText: string): Ending {
  const said = rule.onDeny ?? `${ownText} (${rule.id})`;
  const why = step.outcome === 'undetermined' ? explainUndetermined(step) : undefined;
  const message = why === undefined ? said : joinSentences(said, why);
  return { outcome: 'deny', rule: rule.id, message, traced: true };
}

/** Limits of all tools and of the entry go to the counter store together: all or none. */
function collectDemands({ lists, facts, call, trace }: Judging): Ending | { readonly demands: Demand[] } {
  const demands: Demand[] = [];
  for (const { limits } of lists) {
    for (const { rule, when, ask } of limits) {
      const looked = when.look(facts);
      if (looked.holds !== 'false') {
        const asked = ask(call, facts);
        if (!asked.ok) return { outcome: 'deny', rule, message: asked.message };
        demands.push(asked.value);
      }
      trace.push(looked.step);
    }
  }
  return { demands };
}

function conclude(judging: Judging, demands: readonly Demand[]): Judgement {
  const { trace } = judging;
  const approval = findApproval(judging);
  if (approval === undefined) {
    return { decision: { outcome: 'allow', rule: '', message: '', trace, usage: [] }, demands };
  }
  return { decision: ended(approval, trace), demands };
}

/** The action, or the first rule that asks for a person. */
function findApproval({ entry, lists, facts, call, trace }: Judging): Ending | undefined {
  const rule = entry?.rule.approval ?? '/all_tools/approval';
  const say = (): string => entry?.reason ?? `tool ${name(call.tool.name)} needs a person's approval`;
  if (entry?.action === 'require_approval') return { outcome: 'approve', rule, message: say() };
  for (const { requireApprovalIf } of lists) {
    const fired = lookUntil(requireApprovalIf, facts, trace);
    if (fired !== undefined) return { outcome: 'approve', rule, message: fired.rule.onDeny ?? say() };
  }
  return undefined;
}

function refuse(ending: Ending, trace: Step[]): Judgement {
  return { decision: ended(ending, trace), demands: [] };
}

function ended({ outcome, rule, message, traced }: Ending, trace: Step[]): Decision {
  if (traced === undefined) trace.push({ rule, outcome: 'fired', conditions: [] });
  return { outcome, rule, message, trace, usage: [] };
}
