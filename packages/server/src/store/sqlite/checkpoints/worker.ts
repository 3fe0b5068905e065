import { parentPort, workerData } from 'node:worker_threads';
import { isSqliteError, openDatabase } from '../driver.ts';

/** Pages that the write-ahead log holds, and how many of them are copied. */
export type Copied = { readonly pages: number; readonly done: number };

/** Rests that are copied one after the other: each is shorter than the one before, which took longer. */
const MOST_RESTS = 4;
/** Pages for which it is not worth going on. */
const SHORT_REST = 100;

// A cast: only `Checkpoints` starts this, with the file's path.
const database = openDatabase(workerData as string, { readOnly: false, busyTimeoutMs: 0 });
// Only who has looked into the file knows of its log.
database.pragma('user_version');

/** Copies what it can without keeping anybody from writing. A disk that fails is tried again the next time. */
function copy(): Copied {
  let copied: Copied = { pages: 0, done: 0 };
  try {
    for (let rest = 0; rest < MOST_RESTS; rest += 1) {
      // A cast: what SQLite answers.
      const [answer] = database.pragma('wal_checkpoint(passive)') as { log: number; checkpointed: number }[];
      copied = { pages: answer?.log ?? 0, done: answer?.checkpointed ?? 0 };
      if (copied.pages - copied.done < SHORT_REST) break;
    }
  } catch (error) {
    if (!isSqliteError(error)) throw error;
  }
  return copied;
}

parentPort?.on('message', (what: 'copy' | 'close') => {
  if (what === 'copy') return parentPort?.postMessage(copy());
  database.close();
  parentPort?.close();
});
