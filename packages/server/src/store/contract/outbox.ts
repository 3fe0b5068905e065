import type { Approval, ApprovalEvent } from '../../approvals/index.ts';

/** What others are to be told. Events are written with what happened, so that none is lost when the gateway dies. */
export interface Outbox {
  /** Whether `address` or `due` may have something to do. Cheap. */
  hasWork(): boolean;
  /** Makes deliveries of all events that have none yet: what `addressed` says, for each. All or nothing. */
  address(addressed: (event: OutboxEvent) => readonly NewDelivery[]): void;
  /** Deliveries whose time has come, the oldest first. */
  due(limit: number): readonly Delivery[];
  /** What became of a try; `nextAtMs` absent: it is over. */
  settle(id: string, tried: Tried): void;
  /** Newest first. */
  list(limit: number): Promise<readonly Delivery[]>;
}

export type OutboxEvent = {
  readonly id: string;
  readonly kind: ApprovalEvent;
  readonly atMs: number;
  /** As it was right after the event. */
  readonly approval: Approval;
};

export type NewDelivery = {
  /** Address of the webhook. */
  readonly url: string;
  /** What is sent, the same at every try. */
  readonly body: string;
};

export type Delivery = NewDelivery & {
  /** The same at every try, so that a receiver knows a repetition. */
  readonly id: string;
  readonly kind: ApprovalEvent;
  readonly approvalId: string;
  readonly createdAtMs: number;
  readonly state: 'due' | 'delivered' | 'given_up';
  readonly attempts: number;
  /** What the last try came to, for the operator; empty before. */
  readonly last: string;
};

export type Tried = {
  readonly state: Delivery['state'];
  readonly last: string;
  readonly nextAtMs?: number;
};
