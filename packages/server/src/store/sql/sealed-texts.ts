import { type Kysely, sql } from 'kysely';
import type { Vault } from '../contract.ts';
import { SEALED_COLUMNS, type SealedColumn } from '../sealed-columns.ts';
import { EnvelopeVault, type KeyRing } from '../vault.ts';
import { build } from './tables.ts';
import { all, change, type Work } from './work.ts';

/** Texts that are sealed anew in one transaction: a millisecond or two, in which others wait. */
const TEXTS_AT_ONCE = 50;

// A cast: tables and columns are those that `SEALED_COLUMNS` names.
const anyTable = build as unknown as Kysely<Record<string, Record<string, unknown>>>;

/** How many texts each version of the vault's key has sealed. */
export function* textsByVersion(): Work<ReadonlyMap<number, number>> {
  const counts = new Map<number, number>();
  for (const { column, table } of SEALED_COLUMNS) {
    const found = yield* all(
      anyTable
        .selectFrom(table)
        .select([versionIn(column).as('version'), sql<number>`count(*)`.as('texts')])
        .where(column, 'is not', null)
        .groupBy(versionIn(column)),
    );
    for (const { texts, version } of found) {
      const number = Buffer.from(version).readUInt16BE();
      counts.set(number, (counts.get(number) ?? 0) + Number(texts));
    }
  }
  return counts;
}

type ResealOptions = {
  readonly ring: KeyRing;
  /** Runs work in a transaction of its own. */
  readonly write: <Result>(work: () => Work<Result>) => Promise<Result>;
  /** Told after each transaction, how many texts are done; what it throws ends the work there. */
  readonly onStep?: ((resealed: number) => void | Promise<void>) | undefined;
};

/** Seals every text anew that is of another version than the current one; how many. */
export async function resealAll({ onStep, ring, write }: ResealOptions): Promise<number> {
  const vault = new EnvelopeVault(ring);
  let resealed = 0;
  for (const column of SEALED_COLUMNS)
    for (;;) {
      // Another rotation may have made a newer version meanwhile.
      const done = await write(() => resealSome(vault, column, ring.current));
      if (done === 0) break;
      resealed += done;
      await onStep?.(resealed);
    }
  return resealed;
}

function* resealSome(
  vault: Vault,
  { column, of, place, table }: SealedColumn,
  version: number,
): Work<number> {
  const now = Buffer.alloc(2);
  now.writeUInt16BE(version);
  const older = yield* all(
    anyTable
      .selectFrom(table)
      .select([...of, column])
      .where(column, 'is not', null)
      .where(versionIn(column), '!=', now)
      .limit(TEXTS_AT_ONCE),
  );
  for (const row of older) {
    // Casts: so these columns are made.
    const where = place(row as Record<string, string>);
    const text = vault.open(where, row[column] as Uint8Array);
    const update = anyTable.updateTable(table).set({ [column]: vault.seal(where, text) });
    yield* change(of.reduce((rows, name) => rows.where(name, '=', row[name]), update));
  }
  return older.length;
}

/** Bytes 2 and 3 of a sealed text. */
const versionIn = (column: string) => sql<Uint8Array>`substr(${sql.ref(column)}, 2, 2)`;
