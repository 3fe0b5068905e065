import type { AnswerOf, Endpoints } from '@boomgate/contract';
import { escapeInvisible } from '@boomgate/contract/invisible';
import {
  type ParseResult,
  parsePolicy,
  policyDifference,
  type Widening,
  type Widens,
} from '@boomgate/engine';
import type { ControlContext } from '../../context.ts';

export type ChangeAnswer = AnswerOf<Endpoints['policies']['difference']>;
type WidensAnswer = ChangeAnswer['widens'];

/** What a policy that is not there yet lets through. */
export const NOTHING = '{"version":"1","default":"deny"}';

/** What differs between two canonical documents; what cannot be read any more has no difference, and nothing is known of it. */
export async function changeOf(
  { comparer, functions }: ControlContext,
  { after, before }: { readonly before: string; readonly after: string },
): Promise<ChangeAnswer> {
  const [one, other] = [parsePolicy(before, functions), parsePolicy(after, functions)];
  const widens = await comparer.widens({ before, after });
  return { difference: differenceOf(one, other), widens: showWidens(widens) };
}

function differenceOf(before: ParseResult, after: ParseResult): ChangeAnswer['difference'] {
  if (!before.ok || !after.ok) return [];
  return policyDifference(before.policy, after.policy).map((one) => ({ ...one }));
}

const HOW = { exact: 'proof', witness: 'witness', search: 'search' } as const satisfies Record<
  Widens['how'],
  WidensAnswer['how']
>;

function showWidens({ how, verdict, widened }: Widens): WidensAnswer {
  const [example] = widened.flatMap((one) => exampleOf(one) ?? []);
  return {
    verdict,
    how: HOW[how],
    ...(example === undefined ? {} : { example }),
    places: widened.map(({ pointer, what }) => ({ pointer, what })),
  };
}

function exampleOf({ pointer, what, witness }: Widening): WidensAnswer['example'] {
  if (witness === undefined) return undefined;
  const { after, before } = witness;
  const seen = {
    before: { outcome: before.outcome, rule: before.rule },
    after: { outcome: after.outcome, rule: after.rule },
  };
  if (witness.kind === 'access')
    return { pointer, what, kind: witness.access, target: escapeInvisible(witness.target), ...seen };
  const { call, earlier } = witness;
  const made = earlier?.calls.reduce((sum, { times }) => sum + times, 0);
  return {
    ...{ pointer, what, kind: 'tool' },
    target: escapeInvisible(call.tool.name),
    args: escapeInvisible(JSON.stringify(call.args)),
    ...(made === undefined ? {} : { earlier: made }),
    ...seen,
  };
}
