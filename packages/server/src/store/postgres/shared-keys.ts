import { MASTER_KEY, type Secrets, StoreError } from '../contract.ts';
import {
  ALL_PURPOSES,
  checkOf,
  type KeptKeys,
  type KeyContent,
  keysMissingIn,
  openKeyRing,
  openMasterKey,
  openSecrets,
  type StoredKeyRing,
} from '../keys/index.ts';
import type { Seal } from '../seal.ts';
import { all, build, change, first, isSame, type Work } from '../sql/index.ts';
import type { Pool } from './pool.ts';
import { connected, run, transact } from './room.ts';

export type SharedKeysOptions = {
  readonly pool: Pool;
  /** What all of them are sealed with: 32 bytes in base64, the same for all who use the database. */
  readonly masterKey: string | undefined;
  /** `make` also makes those that there are none of, once for all who start at the same time. */
  readonly may: 'look' | 'make';
};

export type SharedKeys = { readonly secrets: Secrets; readonly ring: StoredKeyRing };

const tables = build.withTables<{ kept_keys: { id: number; sealed: string } }>();

/**
 * The keys that all replicas share: in their database, sealed with a master key that is not. Rejects with `unreadable`, before
 * anything is written, without a master key, with another one than theirs, or when they are not those of the database.
 */
export async function openSharedKeys({ masterKey, may, pool }: SharedKeysOptions): Promise<SharedKeys> {
  const seal = sealOf(masterKey);
  return connected(pool, async (client) => {
    const found = await run(client, contentIn(seal));
    const isWhole = Object.keys(keysMissingIn(found)).length === 0;
    const content = may === 'look' || isWhole ? found : await transact(client, () => completed(seal));
    const kept: KeptKeys = { read: () => content, broken, absent };
    const keys = { secrets: openSecrets(kept), ring: openKeyRing(kept) };
    await run(client, checked(keys));
    return keys;
  });
}

/** Puts keys that were made elsewhere into a database that has none. Within a transaction. */
export function keepKeys(masterKey: string | undefined, content: KeyContent): Work<void> {
  return put(sealOf(masterKey), content);
}

/** Exchanges the master key for another; what runs goes on with what it was started with. Within a transaction. */
export function* resealedKeys(masterKey: string | undefined, newMasterKey: string): Work<void> {
  const content = yield* contentIn(sealOf(masterKey));
  if (Object.keys(content).length === 0) throw absent();
  yield* put(sealOf(newMasterKey), content);
}

function sealOf(masterKey: string | undefined): Seal {
  if (masterKey !== undefined) return openMasterKey(masterKey);
  const text = `expected ${MASTER_KEY} to be set: the keys of the gateway are in the database, sealed with it. "openssl rand -base64 32" makes one; keep it, and give the same to every replica and command`;
  throw new StoreError('unreadable', text);
}

/** None before they are made. */
function* contentIn(seal: Seal): Work<KeyContent> {
  const row = yield* first(tables.selectFrom('kept_keys').select('sealed'));
  if (row === undefined) return {};
  const opened = seal.open(row.sealed);
  if (opened === undefined) {
    const text = `${MASTER_KEY} is not the key that sealed the keys in this database, or they were changed; nothing else was. Give the key that the other replicas have`;
    throw new StoreError('unreadable', text);
  }
  // A cast: what opens was sealed here.
  return JSON.parse(opened) as KeyContent;
}

/** Under the lock of those who write: whoever comes second finds what the first has made. */
function* completed(seal: Seal): Work<KeyContent> {
  const content = yield* contentIn(seal);
  const missing = keysMissingIn(content);
  const lost = (yield* checks()).find(({ purpose }) => Object.hasOwn(missing, purpose));
  if (lost !== undefined) throw broken(`no key for ${lost.purpose}, with which it was written`);
  const whole = { ...content, ...missing };
  yield* put(seal, whole);
  const kept: KeptKeys = { read: () => whole, broken, absent };
  const keys = { secrets: openSecrets(kept), ring: openKeyRing(kept) };
  for (const purpose of Object.keys(missing))
    yield* change(build.insertInto('key_checks').values({ purpose, value: checkOf(purpose, keys) }));
  return whole;
}

function* put(seal: Seal, content: KeyContent): Work<void> {
  const sealed = seal.close(JSON.stringify(content));
  const insert = tables.insertInto('kept_keys').values({ id: 1, sealed });
  yield* change(insert.onConflict((row) => row.column('id').doUpdateSet({ sealed })));
}

/** A newer version may have noted purposes that this one does not know. */
function* checked(keys: SharedKeys): Work<void> {
  for (const { purpose, value } of yield* checks()) {
    const isKnown = ALL_PURPOSES.some((one) => one === purpose);
    if (isKnown && !isSame(checkOf(purpose, keys), value))
      throw broken(`the key for ${purpose} is not the one that it was written with`);
  }
}

const checks = () => all(build.selectFrom('key_checks').selectAll());

function broken(found: string): StoreError {
  const text = `the keys in the database are not its own (${found}); nothing was changed. Restore all of its tables from one copy`;
  return new StoreError('unreadable', text);
}

function absent(): StoreError {
  return new StoreError('unreadable', 'the database has no keys yet: start the gateway once to make them');
}
