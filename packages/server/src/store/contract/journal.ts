import type { Role } from '@boomgate/contract';
import type {
  CountersOf,
  Demand,
  InUse,
  Outcome,
  ReserveResult,
  Step,
  Usage,
  WindowShape,
} from '@boomgate/engine';
import type { Approval, ApprovalAsk, Approver, Taking } from '../../approvals/index.ts';

/**
 * The single writer. What the requests of one turn of the event loop want written — reservations, records of
 * intent, outcomes of earlier calls — goes into one transaction (gateway §11).
 */
export interface Journal extends CallJournal {
  /**
   * What counters hold now, taking nothing. Exact for a limit with one counter; of one with many, those in use are looked at up to
   * `MAX_COUNTERS_LOOKED_AT`, the fullest first. Calls in flight are those of this process, which are all.
   */
  inUse(question: UseQuestion): Promise<CountersInUse>;
  /** Resolves when everything queued so far is durable. */
  flush(): Promise<void>;
}

/**
 * What the row of a call says, by what its limits answer. It may be asked before they have, as if they let the call through, and then
 * not again if they do: of such a call, the row depends on the answer by its `usage` alone.
 */
export type DescribeCall = (result: ReserveResult) => DecisionRow;

/** The same by what became of asking: of one that was asked or joined, by the approval's id alone. */
export type DescribeAsked = (asked: Asked) => DecisionRow;

/** What the data plane needs of the journal, wherever it is kept. */
export interface CallJournal {
  /**
   * Takes all `demands` or none, then writes the row that `describe` makes of the answer, in one commit.
   * Resolves after the commit, so a call may be forwarded as soon as this returns. If the commit fails nothing
   * is taken and the promise rejects: no call without a record.
   */
  admit(demands: readonly Demand[], describe: DescribeCall): Promise<Admission>;
  /**
   * `admit` for a call that an approval lets through, which is used by the same commit: both or neither. Undefined when the
   * approval lets no call through (any more); then nothing was taken and no row written. A refusing limit leaves it as it is.
   */
  admitApproved(
    use: ApprovalUse,
    demands: readonly Demand[],
    describe: DescribeCall,
  ): Promise<Admission | undefined>;
  /**
   * Asks for an approval, or joins the one that there is for this very call, and writes the row that `describe` makes of it,
   * in one commit. The canonical arguments are sealed, for approvers alone. `full`: as many calls of the grant wait as may.
   */
  ask(ask: ApprovalAsk, args: string, describe: DescribeAsked): Promise<Asked>;
  /** Looks at the demands without taking anything. */
  peek(demands: readonly Demand[]): Promise<ReserveResult>;
  /** Writes a row for a request that takes nothing. Resolves after the commit. */
  record(row: DecisionRow): Promise<void>;
  /** Keeps or gives back, exactly, what was taken, and writes the outcome with the next commit. Idempotent. */
  settle(admission: Admission, fate: 'kept' | 'given_back', outcome: OutcomeRow): void;
}

/** The counters of a limit, and the window through which it looks at them; absent for one that counts calls in flight. */
export type UseQuestion = { readonly counters: CountersOf; readonly window?: WindowShape };

export type CountersInUse = {
  /** The fullest first; amounts in millionths, or calls. */
  readonly counters: readonly InUse[];
  /** False when there may be more counters than were looked at. */
  readonly isComplete: boolean;
};

/** The approval that is to be used, and for whom. The time is the store's. */
export type ApprovalUse = Omit<Taking, 'nowMs' | 'mayDecide'> & {
  readonly id: string;
  readonly mayDecide: MayDecide;
};

/** Whether who approved a call could still approve it, with the role that they have then in its organisation, if any. */
export type MayDecide = (by: Approver, approval: Approval, role: Role | undefined) => boolean;

export type Asked =
  | { readonly kind: 'asked' | 'joined'; readonly approval: Approval }
  | { readonly kind: 'full' };

/** The id of the row, and what the limits answered; refused unless `result.ok`, or the grant only observes. */
export type Admission = { readonly id: string; readonly result: ReserveResult };

/** One request, as decided (gateway §8). Never holds the value of an argument. */
export type DecisionRow = {
  /** UUIDv7. */
  readonly id: string;
  readonly atMs: number;
  readonly organization: string;
  readonly server: string;
  readonly grantId: string;
  readonly grantName: string;
  readonly session: string;
  readonly era: 'modern' | 'legacy';
  /** MCP revision that the agent speaks; empty when it did not say. */
  readonly protocol: string;
  /** Self-reported name and version, at most 128 characters each. */
  readonly client: string;
  readonly method: string;
  /** Tool, prompt name or resource URI; empty for methods that name nothing. */
  readonly target: string;
  readonly outcome: Outcome | 'malformed' | 'error' | 'served';
  readonly rule: string;
  readonly message: string;
  readonly policy: string;
  /** 0 when the grant has no policy. */
  readonly policyVersion: number;
  readonly trace: readonly Step[];
  readonly usage: readonly Usage[];
  /** Top-level keys of the arguments, sorted. */
  readonly argKeys: readonly string[];
  /** HMAC-SHA-256 of the canonical arguments with the organisation's key, hex; empty without arguments. */
  readonly argsHash: string;
  readonly bytesIn: number;
  /** Where it came from; absent where that was not known. */
  readonly address?: string | undefined;
  /** True when the request is forwarded once this row is durable. */
  readonly forwarded: boolean;
  readonly mode: 'enforce' | 'observe';
  /** Id of the approval that the request asked for, joined, was refused by or used. */
  readonly approval?: string | undefined;
  /** Which kinds of secrets the request seems to hold, and where; at most 256 characters. */
  readonly secrets?: string | undefined;
};

/** What became of a forwarded request. */
export type OutcomeRow = {
  readonly status:
    | 'result'
    | 'tool_error'
    | 'input_required'
    /** A JSON-RPC error. */
    | 'error'
    /** It certainly did not act. */
    | 'unreachable'
    /** It may have acted. */
    | 'unknown'
    | 'cancelled'
    /** The server answered; its result did not fit and was kept from the agent. */
    | 'blocked';
  /** HTTP status of the upstream, when it has one. */
  readonly httpStatus?: number;
  /** JSON-RPC error code of the upstream. */
  readonly errorCode?: number;
  /** What of the result does not fit the tool's output schema; at most 256 characters, never a value of the result. */
  readonly resultFault?: string;
  /** Which kinds of secrets the answer seemed to hold as the server gave it, or the agent's answers to what it asked meanwhile; at most 256 characters. */
  readonly secrets?: string;
  /** From sending to the answer. */
  readonly upstreamMs: number;
  /** From the request's arrival to sending, with all that was waited for meanwhile. */
  readonly gatewayMs: number;
  /** Bytes of the server's answer; 0 without one. */
  readonly bytesOut: number;
  /** What had become of the grant when the answer came; absent while it still let calls in. */
  readonly grantBecame?: GrantBecame;
};

/** Of a call that was admitted and, as it turned out, may not be sent. */
export const NOT_SENT: OutcomeRow = { status: 'cancelled', upstreamMs: 0, gatewayMs: 0, bytesOut: 0 };

/** Of a call that was forwarded when who did it died: the server may have acted, and nobody will ever know. What was taken stays taken. */
export const UNKNOWN: OutcomeRow = { status: 'unknown', upstreamMs: 0, gatewayMs: 0, bytesOut: 0 };

/** `gone`: the token that was presented leads to no grant any more. */
export type GrantBecame = 'paused' | 'revoked' | 'expired' | 'gone' | 'stopped';
