import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DELIVERIES_KEPT_MS } from '../../limits/index.ts';
import {
  type Delivery,
  isOfApproval,
  type NewDelivery,
  type Outbox,
  type OutboxEvent,
  type Tried,
} from '../contract.ts';
import { oldestEvents } from './events.ts';
import type { SqlExecutor } from './executor.ts';
import { Remembered } from './remembered.ts';
import { build, type DeliveryRecord } from './tables.ts';
import { all, change, first, type Work } from './work.ts';

/** Events that one transaction addresses, so that a flood of them does not hold up others. */
const EVENTS_AT_ONCE = 100;
/** Deliveries that one statement writes: a statement takes only so many values. */
const WRITTEN_AT_ONCE = 200;
/** Deliveries that are over and forgotten at once; more are due again at the next look. */
const FORGOTTEN_AT_ONCE = 500;

type OutboxOptions = {
  readonly executor: SqlExecutor;
  /** The store's time, which goes the same way in every process. */
  readonly nowMs: () => number;
  /**
   * Milliseconds for which what `due` gave is nobody else's: longer than a try takes, as several replicas look. 0 where one gateway
   * alone does.
   */
  readonly leaseMs: number;
};

export class SqlOutbox implements Outbox {
  readonly #executor: SqlExecutor;
  readonly #leaseMs: number;
  /** The oldest that have no deliveries yet. */
  readonly #events: Remembered<readonly OutboxEvent[]>;
  /** When the next delivery is due, or to be forgotten. */
  readonly #nextAtMs: Remembered<number | undefined>;
  readonly nowMs: () => number;

  constructor({ leaseMs, nowMs, executor }: OutboxOptions) {
    this.#executor = executor;
    this.#leaseMs = leaseMs;
    this.nowMs = nowMs;
    this.#events = new Remembered<readonly OutboxEvent[]>([], {
      executor,
      tables: ['approval_events'],
      read: () => oldestEvents(EVENTS_AT_ONCE),
    });
    this.#nextAtMs = new Remembered(undefined, { executor, tables: ['deliveries'], read: firstDue });
  }

  hasWork(): boolean {
    const isChanged = this.#events.isStale() || this.#nextAtMs.isStale();
    return isChanged || this.#events.known.length > 0 || this.#isTime(this.#nextAtMs.known);
  }

  async address(...[addressed]: Parameters<Outbox['address']>): Promise<void> {
    for (;;) {
      const events = await this.#events.refresh();
      if (events.length === 0) return;
      const made = await Promise.all(
        events.map(async (event) => ({ event, deliveries: await addressed(event) })),
      );
      await this.#executor.write(() => this.#replace(made));
      await nextTurn();
    }
  }

  async due(...wanted: Parameters<Outbox['due']>): Promise<readonly Delivery[]> {
    if (!this.#isTime(await this.#nextAtMs.refresh())) return [];
    return this.#executor.write(() => this.#take(...wanted));
  }

  async settle(id: string, { last, nextAtMs, state }: Tried): Promise<void> {
    const next_at = nextAtMs ?? this.nowMs() + DELIVERIES_KEPT_MS;
    const update = build
      .updateTable('deliveries')
      .set((one) => ({ state, last, next_at, attempts: one('attempts', '+', 1) }))
      .where('id', '=', id)
      // Who was so late that the lease ran out does not undo what another replica has come to.
      .where('state', '=', 'due');
    await this.#executor.write(() => change(update));
  }

  async list(limit: number): Promise<readonly Delivery[]> {
    const newest = build.selectFrom('deliveries').selectAll().orderBy('created_at', 'desc').limit(limit);
    return (await this.#executor.read(() => all(newest))).map(decode);
  }

  async add({ kind, ...delivery }: Parameters<Outbox['add']>[0]): Promise<string> {
    const made = this.#made(delivery, { kind, approval: '' });
    await this.#executor.write(() => change(build.insertInto('deliveries').values(made)));
    return made.id;
  }

  async ofWebhook(
    ...[{ organization, webhook }, { after, limit }]: Parameters<Outbox['ofWebhook']>
  ): Promise<readonly Delivery[]> {
    const newest = build
      .selectFrom('deliveries')
      .selectAll()
      .where('organization', '=', organization)
      .where('webhook', '=', webhook)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit);
    const [at = '', id = ''] = after?.split(' ') ?? [];
    const page =
      after === undefined
        ? newest
        : newest.where((one) =>
            one.or([
              one('created_at', '<', Number(at)),
              one.and([one('created_at', '=', Number(at)), one('id', '<', id)]),
            ]),
          );
    return (await this.#executor.read(() => all(page))).map(decode);
  }

  again(...[{ organization, webhook }, id]: Parameters<Outbox['again']>): Promise<Delivery | undefined> {
    const over = build
      .updateTable('deliveries')
      .set({ state: 'due', next_at: this.nowMs() })
      .where('id', '=', id)
      .where('organization', '=', organization)
      .where('webhook', '=', webhook)
      .where('state', '!=', 'due');
    return this.#executor.write(function* () {
      if ((yield* change(over)) === 0) return undefined;
      const row = yield* first(build.selectFrom('deliveries').selectAll().where('id', '=', id));
      return row === undefined ? undefined : decode(row);
    });
  }

  async isDue(...[{ organization, webhook }, id]: Parameters<Outbox['isDue']>): Promise<boolean> {
    const due = build
      .selectFrom('deliveries')
      .select('id')
      .where('id', '=', id)
      .where('organization', '=', organization)
      .where('webhook', '=', webhook)
      .where('state', '=', 'due');
    return (await this.#executor.read(() => first(due))) !== undefined;
  }

  /** Deliveries in the place of their events; an event that another replica was quicker with has none left to make. */
  *#replace(
    made: readonly { readonly event: OutboxEvent; readonly deliveries: readonly NewDelivery[] }[],
  ): Work<void> {
    const ids = made.map(({ event }) => event.id);
    const left = yield* all(build.selectFrom('approval_events').select('id').where('id', 'in', ids));
    const isLeft = new Set(left.map(({ id }) => id));
    yield* change(build.deleteFrom('approval_events').where('id', 'in', ids));
    const rows = made
      .filter(({ event }) => isLeft.has(event.id))
      .flatMap(({ deliveries, event }) =>
        deliveries.map((delivery) => this.#made(delivery, { kind: event.kind, approval: approvalOf(event) })),
      );
    for (let at = 0; at < rows.length; at += WRITTEN_AT_ONCE)
      yield* change(build.insertInto('deliveries').values(rows.slice(at, at + WRITTEN_AT_ONCE)));
  }

  #made(
    { body, organization, url, webhook }: NewDelivery,
    of: { readonly kind: Delivery['kind']; readonly approval: string },
  ): DeliveryRecord {
    const nowMs = this.nowMs();
    const due = { state: 'due', attempts: 0, last: '', created_at: nowMs, next_at: nowMs };
    return { id: `msg_${randomUUID()}`, organization, webhook, url, body, ...of, ...due };
  }

  /** Forgets what is over, and leases what is due. */
  *#take(...[limit, underWay, full = []]: Parameters<Outbox['due']>): Work<readonly Delivery[]> {
    const nowMs = this.nowMs();
    const over = build.selectFrom('deliveries').select('id').where('state', '!=', 'due');
    const forgotten = over.where('next_at', '<=', nowMs).limit(FORGOTTEN_AT_ONCE);
    yield* change(build.deleteFrom('deliveries').where('id', 'in', forgotten));
    const allDue = build
      .selectFrom('deliveries')
      .selectAll()
      .where('state', '=', 'due')
      .where('next_at', '<=', nowMs)
      .orderBy('next_at')
      .limit(limit);
    const due = full.reduce(
      (rest, { organization, webhook }) =>
        rest.where((one) =>
          one.or([
            one('organization', '!=', organization),
            ...(webhook === undefined ? [] : [one('webhook', '!=', webhook)]),
          ]),
        ),
      allDue,
    );
    const taken = yield* all(underWay.length === 0 ? due : due.where('id', 'not in', underWay));
    if (this.#leaseMs > 0 && taken.length > 0) {
      const ids = taken.map(({ id }) => id);
      const leased = build.updateTable('deliveries').set({ next_at: nowMs + this.#leaseMs });
      yield* change(leased.where('id', 'in', ids));
    }
    return taken.map(decode);
  }

  #isTime(atMs: number | undefined): boolean {
    return atMs !== undefined && atMs <= this.nowMs();
  }
}

function approvalOf(event: OutboxEvent): string {
  return isOfApproval(event) ? event.about.id : '';
}

function* firstDue(): Work<number | undefined> {
  const next = build.selectFrom('deliveries').select((one) => one.fn.min('next_at').as('at'));
  return (yield* first(next))?.at ?? undefined;
}

function decode(record: DeliveryRecord): Delivery {
  return {
    id: record.id,
    organization: record.organization,
    webhook: record.webhook,
    url: record.url,
    kind: record.kind as Delivery['kind'], // a cast: only `#made` writes this column
    approvalId: record.approval,
    body: record.body,
    createdAtMs: record.created_at,
    state: record.state as Delivery['state'], // a cast: only this repository writes this column
    attempts: record.attempts,
    last: record.last,
  };
}
