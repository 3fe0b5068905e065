import type { Clock } from '../../limits/index.ts';
import { type Actor, FIRST_ORGANIZATION } from '../contract.ts';
import { AuditChain } from '../sql/index.ts';
import { toPostgresError } from './errors.ts';
import { openPool } from './pool.ts';
import { connected, transact } from './room.ts';
import { requireSchema } from './schema.ts';
import { openSharedKeys, resealedKeys } from './shared-keys.ts';

export type SealPostgresKeysOptions = {
  readonly url: string;
  readonly clock: Clock;
  readonly masterKey: string | undefined;
  readonly newMasterKey: string;
  readonly by: Actor;
};

/**
 * Exchanges the master key that the keys in a database are sealed with. What the keys have sealed stays as it is, and replicas that run
 * go on; whoever starts needs the new one. Rejects with `StoreError`: `unreadable` for a wrong key.
 */
export async function sealPostgresKeys(options: SealPostgresKeysOptions): Promise<void> {
  const { by, clock, masterKey, newMasterKey, url } = options;
  const pool = openPool({ url, onWarning: () => undefined });
  try {
    await requireSchema(pool);
    const { secrets } = await openSharedKeys({ pool, masterKey, may: 'look' });
    const audit = new AuditChain({ clock, key: () => secrets.key('log-seal') });
    await connected(pool, (client) =>
      transact(client, function* () {
        yield* resealedKeys(masterKey, newMasterKey);
        yield* audit.note({
          organization: FIRST_ORGANIZATION,
          actor: by,
          action: 'keys.sealed',
          target: { kind: 'keys', id: 'database', name: 'keys of the database' },
          after: { isSealed: true },
        });
      }),
    );
  } catch (error) {
    throw toPostgresError(error);
  } finally {
    await pool.end();
  }
}
