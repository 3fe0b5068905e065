import type { Checkpoint } from '../../contract.ts';
import { keyedHash } from '../../keyed-hash.ts';
import { type ChainName, isSame } from '../../sql/link.ts';
import type { CheckpointRecord } from '../../sql/tables.ts';
import type { Database } from '../driver.ts';

/** What is said of a checkpoint beside its place. */
type Facts = Pick<Checkpoint, 'rows' | 'throughMs' | 'atMs' | 'by'>;

/** The checkpoint of a chain as it is stored; undefined while nothing was deleted. */
export function checkpointOf(database: Database, chain: ChainName): CheckpointRecord | undefined {
  return database.prepare<CheckpointRecord>('select * from chain_checkpoints where chain = ?').get(chain);
}

/** Seals a checkpoint and puts it in the place of the one before, in the transaction that is open. */
export function saveCheckpoint(
  database: Database,
  key: Buffer,
  { chain, link, hash, cursor, ...facts }: Checkpoint & { readonly chain: ChainName },
): void {
  const unsealed = { chain, link, hash, cursor, entry: JSON.stringify(facts) };
  database
    .prepare(
      'insert or replace into chain_checkpoints (chain, link, hash, cursor, entry, seal) values (?, ?, ?, ?, ?, ?)',
    )
    .run(chain, link, hash, cursor, unsealed.entry, sealOf(unsealed, key));
}

/** True when the gateway itself said so, of this chain and this place. */
export function isSealed(record: CheckpointRecord, key: Buffer): boolean {
  return isSame(sealOf(record, key), record.seal);
}

/** Only of a record whose seal holds: the cast relies on it. */
export function readCheckpoint({ cursor, entry, hash, link }: CheckpointRecord): Checkpoint {
  return { link, hash, cursor, ...(JSON.parse(entry) as Facts) };
}

function sealOf({ chain, cursor, entry, hash, link }: Omit<CheckpointRecord, 'seal'>, key: Buffer): string {
  return keyedHash(key)(`boomgate checkpoint ${chain} ${link} ${hash} ${cursor} ${entry}`);
}
