import type { Checkpoint } from '../../contract.ts';
import { keyedHash } from '../../keyed-hash.ts';
import { type ChainName, isSame } from '../link.ts';
import { build, type CheckpointRecord } from '../tables.ts';
import { change, first, type Work } from '../work.ts';

/** What is said of a checkpoint beside its place. */
type Facts = Pick<Checkpoint, 'rows' | 'throughMs' | 'atMs' | 'by'>;

/** The checkpoint of a chain as it is stored; undefined while nothing was deleted. */
export function checkpointOf(chain: ChainName): Work<CheckpointRecord | undefined> {
  return first(build.selectFrom('chain_checkpoints').selectAll().where('chain', '=', chain));
}

/** Seals a checkpoint and puts it in the place of the one before, in the transaction that is open. */
export function* saveCheckpoint(
  key: Buffer,
  { chain, link, hash, cursor, ...facts }: Checkpoint & { readonly chain: ChainName },
): Work<void> {
  const unsealed = { chain, link, hash, cursor, entry: JSON.stringify(facts) };
  const record = { ...unsealed, seal: sealOf(unsealed, key) };
  const { chain: _, ...saved } = record;
  const insert = build.insertInto('chain_checkpoints').values(record);
  yield* change(insert.onConflict((known) => known.column('chain').doUpdateSet(saved)));
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
