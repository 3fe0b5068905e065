import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Approval, ApprovalEvent } from '../../../approvals/index.ts';
import { DELIVERIES_KEPT_MS } from '../../../limits/index.ts';
import type { Delivery, NewDelivery, Outbox, OutboxEvent, Tried } from '../../contract.ts';
import type { SqlRoom } from '../room.ts';
import { build, type DeliveryRecord } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';

/** Events that one transaction addresses, so that a flood of them does not hold up others. */
const EVENTS_AT_ONCE = 100;

export type OutboxOptions = {
  readonly room: SqlRoom;
  /**
   * Milliseconds for which what `due` gave is nobody else's: longer than a try takes, as several replicas look. 0 where one gateway
   * alone does.
   */
  readonly leaseMs: number;
};

export class SqlOutbox implements Outbox {
  readonly #room: SqlRoom;
  readonly #leaseMs: number;
  readonly #hasNewEvents: () => boolean;
  readonly #hasNewDeliveries: () => boolean;
  #hasEvents = true;
  #isStale = true;
  /** When the next delivery is due, or to be forgotten. */
  #nextAtMs: number | undefined;

  constructor({ leaseMs, room }: OutboxOptions) {
    this.#room = room;
    this.#leaseMs = leaseMs;
    this.#hasNewEvents = room.watch(['approval_events']);
    this.#hasNewDeliveries = room.watch(['deliveries']);
  }

  hasWork(): boolean {
    this.#hasEvents = this.#hasNewEvents() || this.#hasEvents;
    this.#isStale = this.#hasNewDeliveries() || this.#isStale;
    const { clock } = this.#room;
    const isTime = this.#nextAtMs !== undefined && this.#nextAtMs <= clock.wallMs();
    return this.#hasEvents || this.#isStale || isTime;
  }

  async address(...[addressed]: Parameters<Outbox['address']>): Promise<void> {
    this.#hasEvents = this.#hasNewEvents() || this.#hasEvents;
    while (this.#hasEvents) {
      const events = await this.#oldestEvents();
      if (events.length > 0) {
        const made = await Promise.all(
          events.map(async (event) => ({ event, deliveries: await addressed(event) })),
        );
        await this.#room.write(() => this.#replace(made));
        await nextTurn();
      }
      // Only now: what could not be written is tried at the next look.
      this.#hasEvents = this.#hasNewEvents() && events.length > 0;
    }
  }

  async due(limit: number): Promise<readonly Delivery[]> {
    this.#isStale = this.#hasNewDeliveries() || this.#isStale;
    if (this.#isStale) await this.#readNext();
    const nowMs = this.#room.clock.wallMs();
    if (this.#nextAtMs === undefined || this.#nextAtMs > nowMs) return [];
    this.#isStale = true;
    return this.#room.write(() => this.#take(nowMs, limit));
  }

  async settle(id: string, { last, nextAtMs, state }: Tried): Promise<void> {
    const next_at = nextAtMs ?? this.#room.clock.wallMs() + DELIVERIES_KEPT_MS;
    const update = build
      .updateTable('deliveries')
      .set((one) => ({ state, last, next_at, attempts: one('attempts', '+', 1) }))
      .where('id', '=', id);
    await this.#room.write(() => change(update));
  }

  async list(limit: number): Promise<readonly Delivery[]> {
    const newest = build.selectFrom('deliveries').selectAll().orderBy('created_at', 'desc').limit(limit);
    return (await this.#room.read(() => all(newest))).map(decode);
  }

  async add({ kind, ...delivery }: Parameters<Outbox['add']>[0]): Promise<string> {
    const made = this.#made(delivery, { kind, approval: '' });
    await this.#room.write(() => change(build.insertInto('deliveries').values(made)));
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
    return (await this.#room.read(() => all(page))).map(decode);
  }

  again(...[{ organization, webhook }, id]: Parameters<Outbox['again']>): Promise<Delivery | undefined> {
    const over = build
      .updateTable('deliveries')
      .set({ state: 'due', next_at: this.#room.clock.wallMs() })
      .where('id', '=', id)
      .where('organization', '=', organization)
      .where('webhook', '=', webhook)
      .where('state', '!=', 'due');
    return this.#room.write(function* () {
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
    return (await this.#room.read(() => first(due))) !== undefined;
  }

  async #oldestEvents(): Promise<readonly OutboxEvent[]> {
    const oldest = build.selectFrom('approval_events').selectAll().orderBy('at').limit(EVENTS_AT_ONCE);
    const rows = await this.#room.read(() => all(oldest));
    // Casts: only the table of approvals writes these columns.
    return rows.map(({ at, id, kind, record }) => ({
      id,
      kind: kind as ApprovalEvent,
      atMs: at,
      approval: JSON.parse(record) as Approval,
    }));
  }

  /** Deliveries in the place of their events; an event that another replica was quicker with has none left to make. */
  *#replace(
    made: readonly { readonly event: OutboxEvent; readonly deliveries: readonly NewDelivery[] }[],
  ): Work<void> {
    for (const { deliveries, event } of made) {
      if ((yield* change(build.deleteFrom('approval_events').where('id', '=', event.id))) === 0) continue;
      for (const delivery of deliveries) {
        const row = this.#made(delivery, { kind: event.kind, approval: event.approval.id });
        yield* change(build.insertInto('deliveries').values(row));
      }
    }
  }

  #made(
    { body, organization, url, webhook }: NewDelivery,
    of: { readonly kind: Delivery['kind']; readonly approval: string },
  ): DeliveryRecord {
    const nowMs = this.#room.clock.wallMs();
    const due = { state: 'due', attempts: 0, last: '', created_at: nowMs, next_at: nowMs };
    return { id: `msg_${randomUUID()}`, organization, webhook, url, body, ...of, ...due };
  }

  /** Forgets what is over, and leases what is due. */
  *#take(nowMs: number, limit: number): Work<readonly Delivery[]> {
    yield* change(build.deleteFrom('deliveries').where('state', '!=', 'due').where('next_at', '<=', nowMs));
    const due = build
      .selectFrom('deliveries')
      .selectAll()
      .where('state', '=', 'due')
      .where('next_at', '<=', nowMs)
      .orderBy('next_at')
      .limit(limit);
    const taken = yield* all(due);
    if (this.#leaseMs > 0 && taken.length > 0) {
      const ids = taken.map(({ id }) => id);
      const leased = build.updateTable('deliveries').set({ next_at: nowMs + this.#leaseMs });
      yield* change(leased.where('id', 'in', ids));
    }
    return taken.map(decode);
  }

  async #readNext(): Promise<void> {
    this.#isStale = false;
    const next = build.selectFrom('deliveries').select((one) => one.fn.min('next_at').as('at'));
    try {
      this.#nextAtMs = (await this.#room.read(() => first(next)))?.at ?? undefined;
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
  }
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
    state: record.state as Delivery['state'], // a cast: only this noun writes this column
    attempts: record.attempts,
    last: record.last,
  };
}
