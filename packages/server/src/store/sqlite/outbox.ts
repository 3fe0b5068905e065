import { randomUUID } from 'node:crypto';
import type { Approval, ApprovalEvent } from '../../approvals/index.ts';
import { DELIVERIES_KEPT_MS } from '../../limits/index.ts';
import type { Delivery, Outbox, Tried } from '../contract.ts';
import { build, type DeliveryRecord } from '../sql/tables.ts';
import type { ApprovalTable } from './approvals/table.ts';
import { type Database, transact } from './driver.ts';
import { toStoreError } from './errors.ts';
import { change, rows } from './statements.ts';

type OutboxRoom = {
  readonly database: Database;
  readonly table: ApprovalTable;
  readonly file: string;
  readonly nowMs: () => number;
};

/** Events that one transaction addresses, so that a flood of them does not hold up the event loop. */
const EVENTS_AT_ONCE = 100;

export class SqliteOutbox implements Outbox {
  readonly #room: OutboxRoom;
  #seen = '';
  /** When the next delivery is due, or to be forgotten. */
  #nextAtMs: number | undefined;
  #hasEvents = true;

  constructor(room: OutboxRoom) {
    this.#room = room;
  }

  hasWork(): boolean {
    return this.#run(() => {
      const { database, nowMs, table } = this.#room;
      const seen = `${database.pragma('data_version', { simple: true })} ${table.written}`;
      if (seen !== this.#seen) {
        this.#seen = seen;
        this.#hasEvents = true;
        this.#readNext();
      }
      return this.#hasEvents || (this.#nextAtMs !== undefined && this.#nextAtMs <= nowMs());
    });
  }

  address(...[addressed]: Parameters<Outbox['address']>): void {
    if (!this.#hasEvents) return;
    const { database, nowMs } = this.#room;
    const oldest = build.selectFrom('approval_events').selectAll().orderBy('at').limit(EVENTS_AT_ONCE);
    this.#run(() => {
      const events = rows(database, oldest);
      if (events.length > 0)
        transact(database, () => {
          for (const { at, id, kind, record } of events) {
            // Casts: only the table of approvals writes these columns.
            const event = {
              id,
              kind: kind as ApprovalEvent,
              atMs: at,
              approval: JSON.parse(record) as Approval,
            };
            const due = { state: 'due', attempts: 0, last: '', created_at: nowMs(), next_at: nowMs() };
            for (const { body, organization, url, webhook } of addressed(event)) {
              const to = { organization, webhook, url };
              const id = `msg_${randomUUID()}`;
              const made = { id, ...to, kind, approval: event.approval.id, body, ...due };
              change(database, build.insertInto('deliveries').values(made));
            }
            change(database, build.deleteFrom('approval_events').where('id', '=', id));
          }
        });
      // Only now: what another process kept from being written is tried at the next look.
      this.#hasEvents = events.length === EVENTS_AT_ONCE;
      this.#readNext();
    });
  }

  due(limit: number): readonly Delivery[] {
    const { database, nowMs } = this.#room;
    const query = build
      .selectFrom('deliveries')
      .selectAll()
      .where('state', '=', 'due')
      .where('next_at', '<=', nowMs())
      .orderBy('next_at')
      .limit(limit);
    return this.#run(() => {
      const over = build.deleteFrom('deliveries').where('state', '!=', 'due').where('next_at', '<=', nowMs());
      change(database, over);
      this.#readNext();
      return rows(database, query).map(decode);
    });
  }

  settle(id: string, { last, nextAtMs, state }: Tried): void {
    const { database, nowMs } = this.#room;
    const next_at = nextAtMs ?? nowMs() + DELIVERIES_KEPT_MS;
    const update = build
      .updateTable('deliveries')
      .set((one) => ({ state, last, next_at, attempts: one('attempts', '+', 1) }))
      .where('id', '=', id);
    this.#run(() => {
      change(database, update);
      this.#readNext();
    });
  }

  async list(limit: number): Promise<readonly Delivery[]> {
    const query = build.selectFrom('deliveries').selectAll().orderBy('created_at', 'desc').limit(limit);
    return this.#run(() => rows(this.#room.database, query).map(decode));
  }

  async add({ kind, ...delivery }: Parameters<Outbox['add']>[0]): Promise<string> {
    const { database, nowMs } = this.#room;
    const id = `msg_${randomUUID()}`;
    const due = { state: 'due', attempts: 0, last: '', created_at: nowMs(), next_at: nowMs() };
    return this.#run(() => {
      change(
        database,
        build.insertInto('deliveries').values({ id, ...delivery, kind, approval: '', ...due }),
      );
      this.#readNext();
      return id;
    });
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
    return this.#run(() => rows(this.#room.database, page).map(decode));
  }

  async again(
    ...[{ organization, webhook }, id]: Parameters<Outbox['again']>
  ): Promise<Delivery | undefined> {
    const { database, nowMs } = this.#room;
    const over = build
      .updateTable('deliveries')
      .set({ state: 'due', next_at: nowMs() })
      .where('id', '=', id)
      .where('organization', '=', organization)
      .where('webhook', '=', webhook)
      .where('state', '!=', 'due');
    return this.#run(() => {
      if (change(database, over) === 0) return undefined;
      this.#readNext();
      const [row] = rows(database, build.selectFrom('deliveries').selectAll().where('id', '=', id));
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
    return this.#run(() => rows(this.#room.database, due).length > 0);
  }

  #readNext(): void {
    const query = build.selectFrom('deliveries').select((one) => one.fn.min('next_at').as('at'));
    this.#nextAtMs = rows(this.#room.database, query)[0]?.at ?? undefined;
  }

  #run<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.#room.file);
    }
  }
}

function decode(record: DeliveryRecord): Delivery {
  return {
    id: record.id,
    organization: record.organization,
    webhook: record.webhook,
    url: record.url,
    kind: record.kind as Delivery['kind'], // a cast: only `address` writes this column
    approvalId: record.approval,
    body: record.body,
    createdAtMs: record.created_at,
    state: record.state as Delivery['state'], // a cast: only `address` and `settle` write this column
    attempts: record.attempts,
    last: record.last,
  };
}
