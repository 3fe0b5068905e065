import type { ChainReport } from '../contract.ts';
import { type StoredChain, verifyChain } from './chain/verify.ts';
import { type Database, openDatabase } from './driver.ts';
import { toStoreError } from './errors.ts';

const BUSY_MS = 5_000;

/**
 * Walks a chain on a connection of its own, so that the journal's is never kept waiting, and within one read transaction, so
 * that what is written or deleted meanwhile is in all parts of it or in none.
 */
export async function verifyStored(
  file: string,
  sealKey: () => Buffer,
  read: (database: Database) => StoredChain,
): Promise<ChainReport> {
  let own: Database | undefined;
  try {
    own = openDatabase(file, { readOnly: true, busyTimeoutMs: BUSY_MS });
    own.exec('begin');
    return await verifyChain(read(own), sealKey());
  } catch (error) {
    throw toStoreError(error, file);
  } finally {
    own?.close();
  }
}
