import { APPROVAL_EVENTS, type Approval, type ApprovalEvent } from '../../approvals/index.ts';
import type { AccessRequest } from './access-requests.ts';
import type { EndingCredentials } from './endings.ts';
import type { PolicyProposal } from './policies.ts';
import type { ToolOwner } from './tools.ts';

/**
 * What others may be told of: calls that wait for a person, `held` tools, policies that were `proposed`, what became of those, what opens
 * a grant or the API and was `misused`, secrets that a call or its answer held, members who ask for access, and what ends soon.
 */
export const EVENT_KINDS = [
  ...APPROVAL_EVENTS,
  ...(['held', 'proposed', 'proposal_decided', 'misused', 'secrets_seen'] as const),
  ...(['access_asked', 'access_decided', 'ends_soon'] as const),
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What others are to be told. Events are written with what happened, so that none is lost when the gateway dies. */
export interface Outbox {
  /** Whether `address` or `due` may have something to do. Cheap. */
  hasWork(): boolean;
  /** Makes deliveries of all events that have none yet: what `addressed` says, for each all or none. */
  address(addressed: (event: OutboxEvent) => Awaitable<readonly NewDelivery[]>): Promise<void>;
  /**
   * Deliveries whose time has come, the oldest first, but for those that are `underWay`, and those of places that have no room. Where
   * several replicas look, they are leased: for a minute nobody else is given them, by the store's time.
   */
  due(
    limit: number,
    underWay: readonly string[],
    full?: readonly DeliveriesOf[],
  ): Promise<readonly Delivery[]>;
  /** What became of a try; `nextAtMs` absent: it is over. Nothing happens to one that is over already. */
  settle(id: string, tried: Tried): Promise<void>;
  /** Newest first. */
  list(limit: number): Promise<readonly Delivery[]>;
  /** Makes one that no event asks for; its id. */
  add(delivery: NewDelivery & { readonly kind: 'test' }): Promise<string>;
  /** Those of one webhook, newest first. `after` is `createdAtMs` and id of one, with a blank between. */
  ofWebhook(
    place: DeliveryPlace,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly Delivery[]>;
  /** Makes one that is over due again, once more under its id; undefined when there is none, or it is due still. */
  again(place: DeliveryPlace, id: string): Promise<Delivery | undefined>;
  isDue(place: DeliveryPlace, id: string): Promise<boolean>;
  /** The store's time, which decides what is due. */
  nowMs(): number;
}

/** What an event of each kind is about, as it was right after the event. */
type Subjects = Readonly<Record<ApprovalEvent, Approval>> & {
  readonly held: HeldTools;
  readonly proposed: ProposedPolicy;
  /** Accepted or rejected: who takes their own back knows. */
  readonly proposal_decided: ProposedPolicy;
  readonly misused: Misused;
  readonly secrets_seen: SeenSecrets;
  readonly access_asked: AccessRequest;
  /** Granted or declined: who takes their own back knows. */
  readonly access_decided: AccessRequest;
  readonly ends_soon: EndingCredentials;
};

type EventOf<Kind extends EventKind> = {
  readonly id: string;
  readonly atMs: number;
  readonly kind: Kind;
  readonly about: Subjects[Kind];
};

/** One about an approval. */
export type ApprovalOutboxEvent = { [Kind in ApprovalEvent]: EventOf<Kind> }[ApprovalEvent];
export type OutboxEvent = { [Kind in EventKind]: EventOf<Kind> }[EventKind];
export type NewOutboxEvent = { [Kind in EventKind]: Omit<EventOf<Kind>, 'id'> }[EventKind];

const OF_APPROVALS: ReadonlySet<EventKind> = new Set(APPROVAL_EVENTS);

export function isOfApproval(event: OutboxEvent): event is ApprovalOutboxEvent {
  return OF_APPROVALS.has(event.kind);
}

/** What to make of an event of each kind, from what it is about. */
export type OfEachKind<Made> = { readonly [Kind in EventKind]: (about: Subjects[Kind]) => Made };

export function makeOf<Made, Kind extends EventKind>(
  table: OfEachKind<Made>,
  { about, kind }: EventOf<Kind>,
): Made {
  return table[kind](about);
}

/** Tools of a server that wait for a person since its newest listing. */
export type HeldTools = ToolOwner & {
  readonly count: number;
  /** The first of them by name, at most `HELD_TOOLS_TOLD`. */
  readonly tools: readonly HeldToolName[];
};

/** `isNew`: its server offered no tool of this name before. */
export type HeldToolName = { readonly name: string; readonly class: string; readonly isNew: boolean };

/** A sign that somebody else has what opens a grant or the API. */
export type Misused = {
  readonly organization: string;
  readonly credential: { readonly kind: 'grant' | 'api_key'; readonly id: string; readonly name: string };
  /** Presented from outside of its networks or without its key, or good once and used again. */
  readonly reason: 'network' | 'proof' | 'used_twice';
  /** Where that request came from. */
  readonly address: string;
};

/** What looked like a secret, in a request or an answer. */
export type SeenSecrets = {
  readonly organization: string;
  readonly grant: { readonly id: string; readonly name: string };
  readonly server: string;
  readonly where: 'request' | 'answer';
  readonly became: 'passed_on' | 'refused' | 'redacted';
  /** Their kinds, and of a request the argument; never one itself. */
  readonly secrets: string;
};

export type ProposedPolicy = Omit<PolicyProposal, 'text'>;

export type NewDelivery = {
  readonly organization: string;
  /** Whom it is for, as whoever addresses says; empty in what was made before webhooks had ids. */
  readonly webhook: string;
  /** Where that is, as it may be shown. */
  readonly url: string;
  /** What is sent, the same at every try. */
  readonly body: string;
};

export type Delivery = NewDelivery & {
  /** The same at every try, so that a receiver knows a repetition. */
  readonly id: string;
  readonly kind: EventKind | 'test';
  /** Empty where it is about none. */
  readonly approvalId: string;
  readonly createdAtMs: number;
  readonly state: 'due' | 'delivered' | 'given_up';
  readonly attempts: number;
  /** What the last try came to, for the operator; empty before. */
  readonly last: string;
};

export type DeliveryPlace = Pick<NewDelivery, 'organization' | 'webhook'>;

/** Deliveries of one organisation: those to one webhook, or all. */
export type DeliveriesOf = { readonly organization: string; readonly webhook?: string };

export type Tried = {
  readonly state: Delivery['state'];
  readonly last: string;
  /** By the store's time. */
  readonly nextAtMs?: number;
};

type Awaitable<Value> = Value | Promise<Value>;
