import type { Actor } from './actor.ts';
import type { EventKind } from './outbox.ts';

/** What a receiver understands: JSON of the gateway's own, or a message of a chat program. */
export const WEBHOOK_KINDS = ['json', 'slack', 'teams'] as const;
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];

/** Where events of an organisation are told, as people made it. */
export type WebhookRecord = {
  /** A UUID of version 7: they sort by when they were made. */
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly kind: WebhookKind;
  readonly events: readonly EventKind[];
  readonly state: 'active' | 'paused';
  /** Who knows the address of a chat program can write there: it is kept sealed. */
  readonly url: string;
  /** Signs what is sent. Kept sealed. */
  readonly secret: string;
  readonly createdAtMs: number;
};

export type WebhookChange = Partial<Pick<WebhookRecord, 'name' | 'url' | 'events' | 'state' | 'secret'>>;

/** Every change leaves an audit row in the same transaction, in the name of `by`; address and secret in it are fingerprints. */
export interface StoredWebhooks {
  /** Rejects with `StoreError` code `conflict` when the organisation has the name already. */
  create(webhook: Omit<WebhookRecord, 'createdAtMs'>, by: Actor): Promise<WebhookRecord>;
  /** The newest first. `after` is an id. */
  list(
    organization: string,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly WebhookRecord[]>;
  find(organization: string, id: string): Promise<WebhookRecord | undefined>;
  /** Undefined when there is none; rejects with `conflict` like `create`. */
  change(place: WebhookPlace, change: WebhookChange, by: Actor): Promise<WebhookRecord | undefined>;
  /** False when there is none. Its deliveries that are due are given up when their time comes. */
  remove(place: WebhookPlace, by: Actor): Promise<boolean>;
  /** Those of all organisations that are active, from memory: with what this process changed, and others until `refresh`. */
  active(): readonly WebhookRecord[];
  /** Reads what others changed, if they did. */
  refresh(): Promise<void>;
}

export type WebhookPlace = Pick<WebhookRecord, 'organization' | 'id'>;
