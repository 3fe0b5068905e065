import type { Answered } from '@boomgate/contract';
import type { QueryKey } from '@tanstack/react-query';
import type { ComponentProps } from 'react';
import { Confirm, InlineProblem, notify } from '../ui/index.ts';
import { useAct } from './act.ts';
import { bodyOf } from './api.ts';
import { queryClient } from './query.ts';

/** A button beside a thing of a list that asks before it changes it; why that failed stands beside it. */
export function ConfirmChange({
  change,
  done,
  reads,
  ...question
}: Omit<ComponentProps<typeof Confirm>, 'act'> & {
  readonly change: () => Promise<Answered<unknown>>;
  /** What is read again afterwards, also where the change failed: the thing may be another by now. */
  readonly reads: QueryKey;
  /** What is said once it is changed, where the list does not show it. */
  readonly done?: string;
}) {
  const act = useAct();
  const run = async () => {
    const isDone = await act.done(() => bodyOf(change()));
    if (isDone && done !== undefined) notify(done);
    await queryClient.invalidateQueries({ queryKey: reads });
  };
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Confirm {...question} act={run} />
      <InlineProblem text={act.problem} />
    </span>
  );
}
