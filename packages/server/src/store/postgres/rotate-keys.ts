import type { Clock } from '../../limits/index.ts';
import type { Actor } from '../contract.ts';
import { describeVersions, type KeyVersion, type RotationReport, rotationAct } from '../keys/index.ts';
import { AuditChain, resealAll, textsByVersion, type Work } from '../sql/index.ts';
import { toPostgresError } from './errors.ts';
import { connected, following, run, transact } from './executor.ts';
import { openPool, type Pool } from './pool.ts';
import { requireSchema } from './schema.ts';
import { addVersion, openSharedKeys, removeUnneeded, type SharedKeys } from './shared-keys.ts';

export type PostgresKeysOptions = {
  readonly url: string;
  readonly masterKey: string | undefined;
};

export type RotatePostgresKeysOptions = PostgresKeysOptions & {
  readonly clock: Clock;
  readonly by: Actor;
  /** Told after each transaction, how many texts are done; what it throws ends the work there. For tests. */
  readonly onStep?: (resealed: number) => void | Promise<void>;
};

/** The versions of the vault's key, oldest first. Rejects with `StoreError`. */
export async function listPostgresKeys(options: PostgresKeysOptions): Promise<readonly KeyVersion[]> {
  return withKeys(options, async ({ ring }, pool) => {
    const texts = await connected(pool, (client) => run(client, textsByVersion()));
    return describeVersions(ring.versions(), texts);
  });
}

/**
 * Makes a new version of the vault's key, seals every secret with it, and takes the older ones away. Replicas go on meanwhile, and learn of
 * it when they next seal, or open what it has sealed. Of an interrupted rotation the next one does the rest. Rejects with
 * `StoreError`: `unreadable` for a wrong master key, or when a secret cannot be opened; then all keys stay.
 */
export async function rotatePostgresKeys(options: RotatePostgresKeysOptions): Promise<RotationReport> {
  const { by, clock, masterKey, onStep } = options;
  return withKeys(options, async ({ follow, ring, secrets }, pool) => {
    const write = <Result>(work: () => Work<Result>): Promise<Result> =>
      connected(pool, (client) => transact(client, () => following(follow, work)));
    const resumed = !(await write(() => addVersion(masterKey)));
    const resealed = await resealAll({ ring, write, onStep });
    const audit = new AuditChain({ clock, key: () => secrets.key('log-seal') });
    return write(function* () {
      const removed = yield* removeUnneeded(masterKey);
      const done = { version: ring.current, resealed, removed };
      yield* audit.note(rotationAct(by, done));
      return { ...done, resumed };
    });
  });
}

/** For a command: the keys of a database, on connections of its own. Rejects with `StoreError`. */
export async function withKeys<Result>(
  { masterKey, url }: PostgresKeysOptions,
  work: (keys: SharedKeys, pool: Pool) => Promise<Result>,
): Promise<Result> {
  const pool = openPool({ url, onWarning: () => undefined });
  try {
    await requireSchema(pool);
    return await work(await openSharedKeys({ pool, masterKey, may: 'look' }), pool);
  } catch (error) {
    throw toPostgresError(error);
  } finally {
    await pool.end();
  }
}
