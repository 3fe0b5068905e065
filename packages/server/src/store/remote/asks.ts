import type { Demand, ReserveResult } from '@boomgate/engine';
import type { Approval, ApprovalAsk } from '../../approvals/index.ts';
import type { Asked, DecisionRow, EndedSession, GrantNews, OutcomeRow } from '../contract.ts';

type Ask<Body, Answer> = { readonly body: Body; readonly answer: Answer };

/** A call with the row that it gets if its limits let it through; of one that they refuse nothing is written yet. */
type Admit = { readonly demands: readonly Demand[]; readonly row: DecisionRow };

/** What a process of the data plane asks the one that holds the store. Undefined travels as null. */
export type StoreAsks = {
  readonly admit: Ask<Admit, ReserveResult>;
  readonly admitApproved: Ask<
    Admit & { readonly id: string; readonly session: string },
    ReserveResult | null
  >;
  readonly askApproval: Ask<
    {
      readonly ask: ApprovalAsk;
      readonly args: string;
      readonly asked: DecisionRow;
      readonly full: DecisionRow;
    },
    Asked
  >;
  readonly peek: Ask<readonly Demand[], ReserveResult>;
  readonly record: Ask<DecisionRow, null>;
  /** By the id of the admitted row. */
  readonly settle: Ask<
    { readonly id: string; readonly fate: 'kept' | 'given_back'; readonly outcome: OutcomeRow },
    null
  >;
  readonly flush: Ask<null, null>;
  /** What another program wrote is told as news before this is answered. */
  readonly refreshGrants: Ask<null, null>;
  readonly findApproval: Ask<{ readonly binding: string; readonly session: string }, Approval | null>;
  readonly getApproval: Ask<string, Approval | null>;
  readonly withdrawApproval: Ask<{ readonly id: string; readonly because: string }, null>;
  readonly endSession: Ask<EndedSession, null>;
};

/** What it is told, and confirms: then it is so for its next request. */
export type StoreNews = {
  readonly grants: Ask<GrantNews, null>;
  readonly endedSessions: Ask<readonly EndedSession[], null>;
};
