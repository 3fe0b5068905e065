import { comparisonsOf, rulesOf } from '../looked-at.ts';
import type { Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { problem } from './covered.ts';

/** What an agent says of itself can be said by any agent. */
export function checkSelfReported({ allTools, tools }: Policy): readonly Problem[] {
  return [allTools, ...tools.values()].flatMap((entry) =>
    rulesOf(entry)
      .filter(({ conditions }) => comparisonsOf(conditions).some(({ path }) => path.root === 'client'))
      .map(({ id }) => {
        const message = 'agents report "client" themselves, so this does not protect against malicious ones';
        return problem('warning', 'self_reported', { message, pointer: id });
      }),
  );
}
