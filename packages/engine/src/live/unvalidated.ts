import type { ToolFacts } from '../decide/decision.ts';
import { argumentOf, comparisonsOf, rulesOf } from '../looked-at.ts';
import type { Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { coveredBy, entryPointer, problem } from './covered.ts';

/** Rules on arguments of a tool with a schema that nobody holds them to. */
export function checkUnvalidated(policy: Policy, tools: readonly ToolFacts[]): readonly Problem[] {
  return coveredBy(policy, tools)
    .filter(({ entry, tools: own }) => {
      const isAbout = rulesOf(entry).some(({ conditions }) =>
        comparisonsOf(conditions).some((one) => argumentOf(one) !== undefined),
      );
      const hasSchema = own.some(({ inputSchema }) => inputSchema !== undefined);
      return isAbout && hasSchema && entry.validate?.schema !== true;
    })
    .map(({ name }) => {
      const message =
        'rules look at arguments that need not match the schema; write "validate": { "schema": true }';
      return problem('warning', 'unvalidated_arguments', { message, pointer: entryPointer(name) });
    });
}
