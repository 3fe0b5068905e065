/**
 * Checks a long decision log beside the calls: SQLite puts all rows into the order of their links first, which is one piece of work and
 * takes seconds for a million. Reads alone.
 */
import { Worker } from 'node:worker_threads';
import type { ChainHead, ChainReport } from '../../contract.ts';
import type { Database } from '../driver.ts';
import { toStoreError } from '../errors.ts';

const SCRIPT = new URL('./worker.ts', import.meta.url);

/** Rows of a log that is put into order in some ten milliseconds; to start a thread takes a multiple of that. */
export const SHORT_LOG_ROWS = 5_000;

export type ToVerify = {
  readonly file: string;
  readonly sealKey: Uint8Array;
  readonly known: ChainHead | undefined;
};

export function isLongLog(database: Database): boolean {
  const ends = 'select (select max(cursor) from decisions) - (select min(cursor) from decisions) as rows';
  return (database.prepare<{ rows: number | null }>(ends).get()?.rows ?? 0) > SHORT_LOG_ROWS;
}

export async function verifyInThread(toVerify: ToVerify): Promise<ChainReport> {
  const worker = new Worker(SCRIPT, { workerData: toVerify });
  try {
    return await new Promise<ChainReport>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', (error) => reject(toStoreError(error, toVerify.file)));
      worker.once('exit', () => reject(new Error('the thread that checks the log ended early')));
    });
  } finally {
    await worker.terminate();
  }
}
