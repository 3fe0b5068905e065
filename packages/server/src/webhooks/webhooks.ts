import { type Clock, WEBHOOK_GIVE_UP_MS, WEBHOOK_RETRY_MAX_MS, WEBHOOK_RETRY_MS } from '../limits/index.ts';
import type { Delivery, NewDelivery, Outbox, OutboxEvent, Tried, WebhookRecord } from '../store/index.ts';
import { shownAddress } from './address.ts';
import { bodyOf } from './body.ts';
import { type LetterText, letterOf, readLetter } from './letter.ts';
import { pageOf } from './page.ts';
import { roomBeside } from './room.ts';
import { signed } from './signature.ts';
import { summaryOf } from './summary.ts';

/** In force: declared by the file, or made by people. */
export type Webhook = Pick<WebhookRecord, 'id' | 'organization' | 'kind' | 'url' | 'secret' | 'events'> & {
  readonly allowPrivate: boolean;
};

/** What came back: a status, or in a few words why nothing did. */
export type Posted = { readonly status: number } | { readonly failure: string };

/** Sends one body to an address. Never rejects. */
type Post = (
  webhook: Pick<Webhook, 'url' | 'allowPrivate'>,
  body: string,
  headers: Readonly<Record<string, string>>,
) => Promise<Posted>;

/** Letters to who can decide what waits. */
export type Letters = {
  /** Addresses of who can decide it and wants to know; none without a mail server. */
  readonly readersOf: (event: OutboxEvent) => Promise<readonly string[]>;
  /** Never rejects. */
  readonly send: (to: string, letter: LetterText) => Promise<Posting>;
};

/** The mail server has it, or why it has not; `isOver` when another try is no use. */
export type Posting = 'sent' | { readonly failure: string; readonly isOver: boolean };

type WebhooksOptions = {
  readonly outbox: Outbox;
  /** In force now, of all organisations. */
  readonly webhooks: () => readonly Webhook[];
  /** Lets `webhooks` know what others changed. */
  readonly refresh: () => Promise<void>;
  readonly letters: Letters;
  /** The gateway's address, as people open it. */
  readonly url: () => string;
  readonly post: Post;
  /** Its receiver wants nothing more. */
  readonly pause: (webhook: Webhook) => Promise<void>;
  readonly clock: Clock;
  /** What became of a delivery could not be kept. */
  readonly onFault: (delivery: Delivery, error: unknown) => void;
};

export type Webhooks = {
  /** Sends what is due; called several times a second, and cheap when nothing is. Rejects with `StoreError`. */
  readonly look: () => Promise<void>;
  /** Begins nothing more; resolves when what is under way has ended. */
  readonly stop: () => Promise<void>;
};

/** In the place of a webhook's id, of a delivery that is a letter; its address is `mailto:…`. */
const MAIL = 'mail';
const MAIL_SCHEME = 'mailto:';

/** With this a receiver says that it wants nothing more, now and later (Standard Webhooks). */
const GONE = 410;

export function openWebhooks(options: WebhooksOptions): Webhooks {
  const { outbox } = options;
  const underWay = new Map<string, { readonly delivery: Delivery; readonly sent: Promise<void> }>();
  /** What became of tries while the store could not keep it: what was sent is not sent again for that. */
  const unkept = new Map<string, { readonly delivery: Delivery; readonly tried: Tried }>();
  let looking: Promise<void> = Promise.resolve();
  let isStopping = false;

  async function keep(delivery: Delivery): Promise<void> {
    const { gone, ...tried } = await deliver(options, delivery);
    unkept.set(delivery.id, { delivery, tried });
    await outbox.settle(delivery.id, tried);
    unkept.delete(delivery.id);
    if (gone !== undefined) await options.pause(gone);
  }

  async function keepTheRest(): Promise<void> {
    for (const [id, { tried }] of unkept) {
      if (underWay.has(id)) continue;
      await outbox.settle(id, tried);
      unkept.delete(id);
    }
  }

  async function look(): Promise<void> {
    await keepTheRest();
    if (isStopping || !outbox.hasWork()) return;
    await options.refresh();
    await outbox.address((event) => addressed(options, event));
    const taken = new Map([...unkept, ...underWay].map(([id, { delivery }]) => [id, delivery]));
    for (;;) {
      const { full, room } = roomBeside([...taken.values()]);
      if (isStopping || room <= 0) return;
      const due = await outbox.due(room, [...taken.keys()], full);
      for (const delivery of due) {
        taken.set(delivery.id, delivery);
        begin(delivery);
      }
      if (due.length < room) return;
    }
  }

  function begin(delivery: Delivery): void {
    const sent = keep(delivery)
      .catch((error: unknown) => options.onFault(delivery, error))
      .finally(() => underWay.delete(delivery.id));
    underWay.set(delivery.id, { delivery, sent });
  }

  return {
    look: () => {
      looking = look();
      return looking;
    },
    stop: async () => {
      isStopping = true;
      // What it has just taken is sent: nobody else would for as long as it is leased.
      await looking.catch(() => undefined);
      await Promise.all([...underWay.values()].map(({ sent }) => sent));
      // Whoever comes next is given what cannot be kept now either.
      await keepTheRest().catch(() => undefined);
    },
  };
}

async function addressed(
  { letters, url: gatewayUrl, webhooks }: WebhooksOptions,
  event: OutboxEvent,
): Promise<readonly NewDelivery[]> {
  const { organization } = event.about;
  const url = `${gatewayUrl()}${pageOf(event)}`;
  const toWebhooks = webhooks()
    .filter((one) => one.organization === organization && one.events.includes(event.kind))
    .map((one) => ({
      organization,
      webhook: one.id,
      url: shownAddress(one.url),
      body: bodyOf(one.kind, event, url),
    }));
  const readers = await letters.readersOf(event);
  if (readers.length === 0) return toWebhooks;
  const body = JSON.stringify(letterOf(summaryOf(event, url)));
  const toReaders = readers.map((to) => ({ organization, webhook: MAIL, url: `${MAIL_SCHEME}${to}`, body }));
  return [...toWebhooks, ...toReaders];
}

/** `gone`: whose receiver wants nothing more. */
type Delivered = Tried & { readonly gone?: Webhook };

async function deliver(options: WebhooksOptions, delivery: Delivery): Promise<Delivered> {
  const sent =
    delivery.webhook === MAIL ? await sendLetter(options, delivery) : await send(options, delivery);
  if (sent.isTaken) return { state: 'delivered', last: sent.last };
  const nextAtMs = options.outbox.nowMs() + retryAfter(delivery.attempts);
  const isOver = sent.isOver || nextAtMs - delivery.createdAtMs >= WEBHOOK_GIVE_UP_MS;
  const { gone, last } = sent;
  const ofGone = gone === undefined ? {} : { gone };
  return isOver ? { state: 'given_up', last, ...ofGone } : { state: 'due', last, nextAtMs };
}

type Sent = {
  readonly isTaken: boolean;
  readonly isOver: boolean;
  readonly last: string;
  readonly gone?: Webhook;
};

async function send({ clock, post, webhooks }: WebhooksOptions, delivery: Delivery): Promise<Sent> {
  const { body, id, organization, url } = delivery;
  const webhook = webhooks().find((one) =>
    // What was made before webhooks had ids has the address of one that the file declares.
    delivery.webhook === ''
      ? one.url === url
      : one.id === delivery.webhook && one.organization === organization,
  );
  if (webhook === undefined)
    return { isTaken: false, isOver: true, last: 'the webhook is paused or no longer configured' };
  const nowMs = clock.wallMs();
  const posted = await post(webhook, body, signed(webhook.secret, { id, nowMs, body }));
  if ('status' in posted && posted.status === GONE)
    return {
      isTaken: false,
      isOver: true,
      last: `HTTP ${GONE}: the receiver wants nothing more`,
      gone: webhook,
    };
  const isTaken = 'status' in posted && posted.status >= 200 && posted.status < 300;
  const last = 'status' in posted ? `HTTP ${posted.status}` : posted.failure;
  return { isTaken, isOver: false, last };
}

async function sendLetter({ letters }: WebhooksOptions, { body, url }: Delivery): Promise<Sent> {
  const sent = await letters.send(url.slice(MAIL_SCHEME.length), readLetter(body));
  if (sent === 'sent') return { isTaken: true, isOver: false, last: 'the mail server accepted it' };
  return { isTaken: false, isOver: sent.isOver, last: sent.failure };
}

/** Milliseconds until a delivery that failed is tried again, after so many tries before. */
function retryAfter(attempts: number): number {
  return Math.min(WEBHOOK_RETRY_MS * 2 ** attempts, WEBHOOK_RETRY_MAX_MS);
}
