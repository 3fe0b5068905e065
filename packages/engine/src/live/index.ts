/**
 * What a policy says of the tools that a server offers (policy language §12). Reads a policy and tools, reports problems and
 * changes nothing; where a schema says less than it might, nothing is reported. May not decide calls.
 */
import type { ToolFacts } from '../decide/decision.ts';
import type { Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { checkArguments } from './arguments.ts';
import { checkDeniedText } from './denied-text.ts';
import { checkNegatedElements } from './negated-elements.ts';
import { checkNeverBinds } from './never-binds.ts';
import { checkNeverReached } from './never-reached.ts';
import { checkNotOffered } from './not-offered.ts';
import { checkOptionalArgument } from './optional-argument.ts';
import { checkSelfReported } from './self-reported.ts';
import { checkUncovered } from './uncovered.ts';
import { checkUnvalidated } from './unvalidated.ts';

type LiveCheck = (policy: Policy, tools: readonly ToolFacts[]) => readonly Problem[];

const CHECKS: readonly LiveCheck[] = [
  checkNotOffered,
  checkUncovered,
  checkArguments,
  checkOptionalArgument,
  checkDeniedText,
  checkUnvalidated,
  checkNeverReached,
  checkNeverBinds,
  checkSelfReported,
  checkNegatedElements,
];

/**
 * Problems of a policy beside those of its document, held against the tools that there are. Pointers are the ids of rules where a
 * rule is meant, else places of the document. Throws nothing.
 */
export function checkTools(policy: Policy, tools: readonly ToolFacts[]): readonly Problem[] {
  return CHECKS.flatMap((check) => check(policy, tools));
}
