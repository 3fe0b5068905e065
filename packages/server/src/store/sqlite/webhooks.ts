import type { JsonObject } from '@boomgate/engine';
import {
  type Actor,
  type StoredWebhooks,
  StoreError,
  type Vault,
  type WebhookChange,
  type WebhookPlace,
  type WebhookRecord,
} from '../contract.ts';
import { placeOfWebhook, type WebhookSecret } from '../sealed-places.ts';
import { LAST_ID } from '../sql/index.ts';
import { build, type WebhookTableRecord } from '../sql/tables.ts';
import type { AuditWriter } from './audit/index.ts';
import { transact } from './driver.ts';
import { isConflict, toStoreError } from './errors.ts';
import type { Room } from './room.ts';
import { change, rows } from './statements.ts';

export class SqliteWebhooks implements StoredWebhooks {
  readonly #room: Room;
  #written = 0;
  #active: { readonly seen: string; readonly webhooks: readonly WebhookRecord[] } | undefined;

  constructor(room: Room) {
    this.#room = room;
  }

  async create(...[webhook, by]: Parameters<StoredWebhooks['create']>): Promise<WebhookRecord> {
    const { audit, clock, database, vault } = this.#room;
    const record = { ...webhook, createdAtMs: clock.wallMs() };
    return this.#write(() => {
      change(database, build.insertInto('webhooks').values(encode(record, vault)));
      audit.write({ ...actOf('webhook.created', record, by), after: factsOf(record, audit) });
      return record;
    });
  }

  async list(
    ...[organization, { after = LAST_ID, limit }]: Parameters<StoredWebhooks['list']>
  ): Promise<readonly WebhookRecord[]> {
    const newest = build
      .selectFrom('webhooks')
      .selectAll()
      .where('organization', '=', organization)
      .where('id', '<', after)
      .orderBy('id', 'desc')
      .limit(limit);
    return this.#guarded(() => rows(this.#room.database, newest).map((row) => this.#decode(row)));
  }

  async find(organization: string, id: string): Promise<WebhookRecord | undefined> {
    return this.#guarded(() => this.#find({ organization, id }));
  }

  async change(
    ...[place, wanted, by]: Parameters<StoredWebhooks['change']>
  ): Promise<WebhookRecord | undefined> {
    const { audit, database, vault } = this.#room;
    return this.#write(() => {
      const before = this.#find(place);
      if (before === undefined) return undefined;
      const after = { ...before, ...wanted };
      const update = build.updateTable('webhooks').set(encode(after, vault));
      change(database, update.where('id', '=', place.id));
      const act = actOf(actionOf(wanted), after, by);
      audit.write({ ...act, before: factsOf(before, audit), after: factsOf(after, audit) });
      return after;
    });
  }

  async remove(place: WebhookPlace, by: Actor): Promise<boolean> {
    const { audit, database } = this.#room;
    return this.#write(() => {
      const before = this.#find(place);
      if (before === undefined) return false;
      change(database, build.deleteFrom('webhooks').where('id', '=', place.id));
      audit.write({ ...actOf('webhook.removed', before, by), before: factsOf(before, audit) });
      return true;
    });
  }

  active(): readonly WebhookRecord[] {
    return this.#guarded(() => {
      const { database } = this.#room;
      const seen = `${database.pragma('data_version', { simple: true })} ${this.#written}`;
      if (this.#active?.seen === seen) return this.#active.webhooks;
      const all = build.selectFrom('webhooks').selectAll().where('state', '=', 'active').orderBy('id');
      const webhooks = rows(database, all).map((row) => this.#decode(row));
      this.#active = { seen, webhooks };
      return webhooks;
    });
  }

  #find({ id, organization }: WebhookPlace): WebhookRecord | undefined {
    const one = build.selectFrom('webhooks').selectAll().where('id', '=', id);
    const [row] = rows(this.#room.database, one.where('organization', '=', organization));
    return row === undefined ? undefined : this.#decode(row);
  }

  #decode(row: WebhookTableRecord): WebhookRecord {
    const { created_at, secret, url, ...rest } = row;
    const open = (purpose: WebhookSecret, bytes: Uint8Array) =>
      this.#room.vault.open(placeOfWebhook(row, purpose), bytes);
    return {
      ...rest,
      // Casts: only `encode` writes these columns.
      kind: row.kind as WebhookRecord['kind'],
      events: JSON.parse(row.events) as WebhookRecord['events'],
      state: row.state as WebhookRecord['state'],
      url: open('address', url),
      secret: open('secret', secret),
      createdAtMs: created_at,
    };
  }

  #write<Result>(work: () => Result): Result {
    return this.#guarded(() => {
      try {
        return transact(this.#room.database, work);
      } catch (error) {
        if (!isConflict(error)) throw error;
        const text = 'a webhook of this name, or id, exists already: choose another name';
        throw new StoreError('conflict', text, { cause: error });
      } finally {
        this.#written += 1;
      }
    });
  }

  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.#room.file);
    }
  }
}

function encode(record: WebhookRecord, vault: Vault): WebhookTableRecord {
  const { createdAtMs, events, secret, url, ...rest } = record;
  return {
    ...rest,
    events: JSON.stringify(events),
    url: vault.seal(placeOfWebhook(record, 'address'), url),
    secret: vault.seal(placeOfWebhook(record, 'secret'), secret),
    created_at: createdAtMs,
  };
}

function actionOf({ secret }: WebhookChange): string {
  return secret === undefined ? 'webhook.changed' : 'webhook.secret_rotated';
}

function actOf(action: string, { id, name, organization }: WebhookRecord, by: Actor) {
  return { organization, actor: by, action, target: { kind: 'webhook', id, name } };
}

function factsOf({ events, kind, name, secret, state, url }: WebhookRecord, audit: AuditWriter): JsonObject {
  const prints = { url: audit.fingerprint(url), secret: audit.fingerprint(secret) };
  return { name, kind, events: [...events], state, ...prints };
}
