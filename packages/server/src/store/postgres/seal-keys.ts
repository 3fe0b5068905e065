import type { Clock } from '../../limits/index.ts';
import { type Actor, FIRST_ORGANIZATION } from '../contract.ts';
import { AuditChain } from '../sql/index.ts';
import { connected, transact } from './executor.ts';
import { type PostgresKeysOptions, withKeys } from './rotate-keys.ts';
import { resealedKeys } from './shared-keys.ts';

export type SealPostgresKeysOptions = PostgresKeysOptions & {
  readonly clock: Clock;
  readonly newMasterKey: string;
  readonly by: Actor;
};

/**
 * Exchanges the master key that the keys in a database are sealed with. What the keys have sealed stays as it is, and replicas that run
 * go on; whoever starts needs the new one. Rejects with `StoreError`: `unreadable` for a wrong key.
 */
export async function sealPostgresKeys(options: SealPostgresKeysOptions): Promise<void> {
  const { by, clock, masterKey, newMasterKey } = options;
  await withKeys(options, async ({ secrets }, pool) => {
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
  });
}
