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
import { placeOfWebhook } from '../sealed-columns.ts';
import type { SqlExecutor } from './executor.ts';
import { Remembered } from './remembered.ts';
import { build, LAST_ID, type WebhookTableRecord } from './tables.ts';
import { all, change, first, type Work } from './work.ts';

/** Those that are active are remembered, without being asked for again while nobody writes any. */
export function openWebhooks(executor: SqlExecutor): StoredWebhooks {
  const active = new Remembered<readonly WebhookRecord[]>([], {
    executor,
    tables: ['webhooks'],
    read: () => activeWebhooks(executor.vault),
  });
  return {
    ...openRegistry({
      ...executor,
      write: async (...change) => {
        const result = await executor.write(...change);
        await active.refresh();
        return result;
      },
    }),
    active: () => active.known,
    refresh: async () => void (await active.refresh()),
  };
}

function openRegistry(executor: SqlExecutor): Omit<StoredWebhooks, 'active' | 'refresh'> {
  return {
    create: (webhook, by) =>
      executor.write(function* () {
        yield* requireFree(webhook);
        const record = { ...webhook, createdAtMs: executor.clock.wallMs() };
        yield* change(build.insertInto('webhooks').values(encode(record, executor.vault)));
        yield* executor.note({ ...actOf('webhook.created', record, by), after: factsOf(record, executor) });
        return record;
      }),
    list: (organization, { after = LAST_ID, limit }) =>
      executor.read(function* () {
        const newest = build
          .selectFrom('webhooks')
          .selectAll()
          .where('organization', '=', organization)
          .where('id', '<', after)
          .orderBy('id', 'desc')
          .limit(limit);
        return (yield* all(newest)).map((row) => decode(row, executor.vault));
      }),
    find: (organization, id) => executor.read(() => find(executor, { organization, id })),
    change: (place, wanted, by) =>
      executor.write(function* () {
        const before = yield* find(executor, place);
        if (before === undefined) return undefined;
        const after = { ...before, ...wanted };
        if (after.name !== before.name) yield* requireFree({ ...after, id: '' });
        const update = build.updateTable('webhooks').set(encode(after, executor.vault));
        yield* change(update.where('id', '=', place.id));
        const act = actOf(actionOf(wanted), after, by);
        yield* executor.note({ ...act, before: factsOf(before, executor), after: factsOf(after, executor) });
        return after;
      }),
    remove: (place, by) =>
      executor.write(function* () {
        const before = yield* find(executor, place);
        if (before === undefined) return false;
        yield* change(build.deleteFrom('webhooks').where('id', '=', place.id));
        yield* executor.note({ ...actOf('webhook.removed', before, by), before: factsOf(before, executor) });
        return true;
      }),
  };
}

/** Those of all organisations. */
function* activeWebhooks(vault: Vault): Work<readonly WebhookRecord[]> {
  const active = build.selectFrom('webhooks').selectAll().where('state', '=', 'active').orderBy('id');
  return (yield* all(active)).map((row) => decode(row, vault));
}

function* find(executor: SqlExecutor, { id, organization }: WebhookPlace): Work<WebhookRecord | undefined> {
  const one = build.selectFrom('webhooks').selectAll().where('id', '=', id);
  const row = yield* first(one.where('organization', '=', organization));
  return row && decode(row, executor.vault);
}

function* requireFree({ id, name, organization }: WebhookPlace & { readonly name: string }): Work<void> {
  const taken = build
    .selectFrom('webhooks')
    .select('id')
    .where((either) =>
      either.or([
        either('id', '=', id),
        either.and([either('organization', '=', organization), either('name', '=', name)]),
      ]),
    );
  if ((yield* first(taken)) === undefined) return;
  throw new StoreError('conflict', 'a webhook of this name, or id, already exists: choose another name');
}

function decode(row: WebhookTableRecord, vault: Vault): WebhookRecord {
  const { created_at, secret, url, ...rest } = row;
  const open = (purpose: 'address' | 'secret', bytes: Uint8Array) =>
    vault.open(placeOfWebhook(row, purpose), bytes);
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

function factsOf(
  { events, kind, name, secret, state, url }: WebhookRecord,
  { fingerprint }: SqlExecutor,
): JsonObject {
  const prints = { url: fingerprint(url), secret: fingerprint(secret) };
  return { name, kind, events: [...events], state, ...prints };
}
