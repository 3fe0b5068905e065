import type { ToolFacts } from '../decide/decision.ts';
import { argumentOf, comparisonsOf } from '../looked-at.ts';
import type { Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { coveredBy, problem } from './covered.ts';
import { argumentSchema, isRequired } from './schema.ts';

/** A refusal by an argument that a call may leave out, when the server fills in what nobody has seen. */
export function checkOptionalArgument(policy: Policy, tools: readonly ToolFacts[]): readonly Problem[] {
  return coveredBy(policy, tools).flatMap(({ entry, tools: own }) => {
    const demanded = new Set(
      entry.require
        .flatMap(({ conditions }) => conditions)
        .filter((one) => one.kind === 'compare')
        .filter(({ op, value }) => op === 'exists' && value === true)
        .map(argumentOf),
    );
    const isGuarded = (argument: string) =>
      entry.validate?.schema === true && own.every((tool) => isRequired(tool, argument));
    return entry.denyIf.flatMap(({ conditions, id }) => {
      const missing = comparisonsOf(conditions)
        .filter(({ op }) => op !== 'exists')
        .map(argumentOf)
        .find(
          (argument) =>
            argument !== undefined &&
            !demanded.has(argument) &&
            !isGuarded(argument) &&
            own.some((tool) => argumentSchema(tool, argument) !== undefined && !isRequired(tool, argument)),
        );
      if (missing === undefined) return [];
      const message = `a call without "${missing}" is not refused by this rule; require that it exists`;
      return [problem('warning', 'optional_argument', { message, pointer: id })];
    });
  });
}
