import type { AnswerOf, Endpoints } from '@boomgate/contract';
import type { LogEntry } from '../../store/index.ts';
import { momentOf } from './moments.ts';

type Decision = AnswerOf<Endpoints['approvals']['show']>['recent'][number];

/** A row of the decision log, as the contract tells it. */
export function showDecision({ cursor, outcomeRow, row }: LogEntry): Decision {
  const { approval, argKeys, atMs, grantId, grantName, organization: _, trace, usage, ...rest } = row;
  return {
    ...rest,
    cursor,
    at: momentOf(atMs),
    grant: { id: grantId, name: grantName },
    argKeys: [...argKeys],
    trace: trace.map(({ conditions, outcome, rule }) => ({
      rule,
      outcome,
      conditions: conditions.map((one) => ({ ...one })),
    })),
    usage: usage.map((one) => ({ ...one })),
    ...(approval === undefined ? {} : { approval }),
    ...(outcomeRow === undefined ? {} : { fate: { ...outcomeRow } }),
  };
}
