import { MASTER_KEY, type Secrets, StoreError } from '../contract.ts';
import {
  ALL_PURPOSES,
  checkOf,
  type KeptKeys,
  type KeyContent,
  keyName,
  keysMissingIn,
  newKeys,
  openKeyRing,
  openMasterKey,
  openSecrets,
  type StoredKeyRing,
  versionOf,
  versionsIn,
  versionToMake,
  withoutUnneeded,
} from '../keys/index.ts';
import type { Seal } from '../seal.ts';
import { all, build, change, first, isSame, textsByVersion, type Work } from '../sql/index.ts';
import { connected, run, transact } from './executor.ts';
import type { Pool } from './pool.ts';

type SharedKeysOptions = {
  readonly pool: Pool;
  /** What all of them are sealed with: 32 bytes in base64, the same for all who use the database. */
  readonly masterKey: string | undefined;
  /** `make` also makes those that there are none of, once for all who start at the same time. */
  readonly may: 'look' | 'make';
};

export type SharedKeys = {
  readonly secrets: Secrets;
  readonly ring: StoredKeyRing;
  /** Takes note of a version of the vault's key that another process has made. Who seals does so in the same transaction before. */
  readonly follow: () => Work<void>;
};

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
    const keys = followed(content, seal);
    await run(client, checked(keys));
    return keys;
  });
}

function followed(first: KeyContent, seal: Seal): SharedKeys {
  let content = first;
  let lost: StoreError | undefined;
  const kept: KeptKeys = {
    read() {
      if (lost !== undefined) throw lost;
      return content;
    },
    broken,
    absent,
  };
  return {
    secrets: openSecrets(kept),
    ring: openKeyRing(kept),
    *follow() {
      const noted = (yield* checks()).flatMap(({ purpose }) => versionOf(purpose) ?? []);
      if (noted.every((version) => version <= (versionsIn(content).at(-1) ?? 0))) return;
      try {
        content = yield* contentIn(seal);
        lost = undefined;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        // Their master key is another by now: nothing can be sealed here, and all else goes on.
        lost = error;
      }
    },
  };
}

/** Puts keys that were made elsewhere into a database that has none. Within a transaction. */
export function keepKeys(masterKey: string | undefined, content: KeyContent): Work<void> {
  return put(sealOf(masterKey), content);
}

/** Whether the keys are those that were made elsewhere, whatever became of the vault's since. */
export function* keepsKeys(masterKey: string | undefined, content: KeyContent): Work<boolean> {
  const kept = yield* contentIn(sealOf(masterKey));
  return ALL_PURPOSES.every((one) => Object.hasOwn(kept, one) && kept[one] === content[one]);
}

/** Exchanges the master key for another; what runs goes on with what it was started with. Within a transaction. */
export function* resealedKeys(masterKey: string | undefined, newMasterKey: string): Work<void> {
  const content = yield* contentIn(sealOf(masterKey));
  if (Object.keys(content).length === 0) throw absent();
  yield* put(sealOf(newMasterKey), content);
}

/** Makes another version of the vault's key, which seals from now on; false where an earlier rotation was interrupted. Within a transaction. */
export function* addVersion(masterKey: string | undefined): Work<boolean> {
  const seal = sealOf(masterKey);
  const content = yield* contentIn(seal);
  if (Object.keys(content).length === 0) throw absent();
  const version = versionToMake(content);
  if (version === undefined) return false;
  yield* putMore(seal, content, newKeys([keyName(version)]));
  return true;
}

/** Takes the versions away that have sealed nothing any more; which. Within a transaction. */
export function* removeUnneeded(masterKey: string | undefined): Work<readonly number[]> {
  const seal = sealOf(masterKey);
  const texts = yield* textsByVersion();
  const { gone, kept, removed } = withoutUnneeded(yield* contentIn(seal), texts);
  if (gone.length === 0) return removed;
  yield* put(seal, kept);
  yield* change(build.deleteFrom('key_checks').where('purpose', 'in', gone));
  return removed;
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
  return yield* putMore(seal, content, missing);
}

/** All of them, with those that are new noted in the database. */
function* putMore(seal: Seal, content: KeyContent, added: KeyContent): Work<KeyContent> {
  const whole = { ...content, ...added };
  yield* put(seal, whole);
  const keys = followed(whole, seal);
  for (const purpose of Object.keys(added))
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
