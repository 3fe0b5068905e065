import {
  type Clock,
  WEBHOOK_GIVE_UP_MS,
  WEBHOOK_RETRY_MAX_MS,
  WEBHOOK_RETRY_MS,
  WEBHOOKS_AT_ONCE,
} from '../limits/index.ts';
import type { Delivery, Outbox, OutboxEvent } from '../store/index.ts';
import { noticeOf } from './notice.ts';
import { signed } from './signature.ts';

export type Webhook = {
  readonly url: string;
  readonly secret: string;
  readonly events: readonly OutboxEvent['kind'][];
  readonly allowPrivate: boolean;
};

/** What came back: a status, or in a few words why nothing did. */
export type Posted = { readonly status: number } | { readonly failure: string };

/** Sends one body to an address. Never rejects. */
export type Post = (
  webhook: Pick<Webhook, 'url' | 'allowPrivate'>,
  body: string,
  headers: Readonly<Record<string, string>>,
) => Promise<Posted>;

export type WebhooksOptions = {
  readonly outbox: Outbox;
  /** In force now. */
  readonly webhooks: () => readonly Webhook[];
  readonly approvalUrl: (id: string) => string;
  readonly post: Post;
  readonly clock: Clock;
  /** What became of a delivery could not be kept. */
  readonly onFault: (delivery: Delivery, error: unknown) => void;
};

export type Webhooks = {
  /** Sends what is due; called several times a second, and cheap when nothing is. Throws `StoreError`. */
  readonly look: () => void;
  /** Begins nothing more; resolves when what is under way has ended. */
  readonly stop: () => Promise<void>;
};

export function openWebhooks(options: WebhooksOptions): Webhooks {
  const underWay = new Map<string, Promise<void>>();
  let isStopping = false;
  return {
    look: () => {
      const { outbox } = options;
      if (isStopping || !outbox.hasWork()) return;
      outbox.address((event) => addressed(options, event));
      const room = WEBHOOKS_AT_ONCE - underWay.size;
      if (room <= 0) return;
      const free = outbox.due(WEBHOOKS_AT_ONCE).filter(({ id }) => !underWay.has(id));
      for (const delivery of free.slice(0, room)) {
        // What cannot be written now is due still, and is sent again under the same id.
        const sent = send(options, delivery)
          .catch((error: unknown) => options.onFault(delivery, error))
          .finally(() => underWay.delete(delivery.id));
        underWay.set(delivery.id, sent);
      }
    },
    stop: async () => {
      isStopping = true;
      await Promise.all(underWay.values());
    },
  };
}

function addressed({ approvalUrl, webhooks }: WebhooksOptions, event: OutboxEvent) {
  const wanting = webhooks().filter(({ events }) => events.includes(event.kind));
  if (wanting.length === 0) return [];
  const body = JSON.stringify(noticeOf(event, approvalUrl(event.approval.id)));
  return wanting.map(({ url }) => ({ url, body }));
}

async function send(options: WebhooksOptions, delivery: Delivery): Promise<void> {
  const { clock, outbox, post, webhooks } = options;
  const { body, id, url } = delivery;
  const webhook = webhooks().find((one) => one.url === url);
  if (webhook === undefined)
    return outbox.settle(id, { state: 'given_up', last: 'the webhook is not configured any more' });
  const nowMs = clock.wallMs();
  const posted = await post(webhook, body, signed(webhook.secret, { id, nowMs, body }));
  const isTaken = 'status' in posted && posted.status >= 200 && posted.status < 300;
  const last = 'status' in posted ? `HTTP ${posted.status}` : posted.failure;
  if (isTaken) return outbox.settle(id, { state: 'delivered', last });
  const nextAtMs = clock.wallMs() + retryAfter(delivery.attempts);
  const isOver = nextAtMs - delivery.createdAtMs >= WEBHOOK_GIVE_UP_MS;
  outbox.settle(id, isOver ? { state: 'given_up', last } : { state: 'due', last, nextAtMs });
}

/** Milliseconds until a delivery that failed is tried again, after so many tries before. */
function retryAfter(attempts: number): number {
  return Math.min(WEBHOOK_RETRY_MS * 2 ** attempts, WEBHOOK_RETRY_MAX_MS);
}
