import type { StoredWebhooks, WebhookRecord } from '../contract.ts';
import { activeWebhooks, openWebhooks, type SqlRoom } from '../sql/index.ts';
import { guarded, type Room } from './room.ts';
import { runNow } from './run.ts';

/** Those that are active are remembered until this process writes one, or another process anything. */
export function openSqliteWebhooks(room: Room, sqlRoom: SqlRoom): StoredWebhooks {
  const { database, vault } = room;
  let known: { readonly version: unknown; readonly webhooks: readonly WebhookRecord[] } | undefined;
  const write: SqlRoom['write'] = (work) => {
    known = undefined;
    return sqlRoom.write(work);
  };
  return {
    ...openWebhooks({ ...sqlRoom, write }),
    active: () =>
      guarded(room, () => {
        const version = database.pragma('data_version', { simple: true });
        if (known !== undefined && known.version === version) return known.webhooks;
        const webhooks = runNow(database, activeWebhooks(vault));
        known = { version, webhooks };
        return webhooks;
      }),
  };
}
