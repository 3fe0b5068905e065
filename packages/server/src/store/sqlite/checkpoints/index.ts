/**
 * Copies the write-ahead log into the database beside the calls: waiting for the disk is a thread's. May use the driver; knows no
 * table.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Database } from '../driver.ts';
import type { Warn } from '../files.ts';
import type { Copied } from './worker.ts';

const SCRIPT = new URL('./worker.ts', import.meta.url);
/** Pages of 4 KiB of the write-ahead log after which they are copied. */
const COPY_PAGES = 6_000;
/** What a group is taken to write, and each of its entries: SQLite does not say. */
const PAGES_OF_A_GROUP = 3;
const PAGES_OF_AN_ENTRY = 0.5;
/** Pages above which calls wait until the rest of the log is copied, so that it begins anew, and how long that rest may be. */
const LONG_LOG_PAGES = 8_000;
const REST_PAGES = 2_000;

/**
 * The thread keeps nobody from writing. Under load something new is there whenever it is done, and the log would only grow: then the
 * connection that writes copies the short rest itself. A thread that fails is not missed: SQLite copies by itself when the log
 * is much longer.
 */
export class Checkpoints implements AsyncDisposable {
  readonly #database: Database;
  readonly #file: string;
  readonly #warn: Warn;
  #worker: Worker | undefined;
  #pages = 0;
  #isCopying = false;
  #isOver = false;

  constructor(database: Database, { file, warn }: { readonly file: string; readonly warn: Warn }) {
    this.#database = database;
    this.#file = file;
    this.#warn = warn;
  }

  /** A group of so many entries was written. */
  wrote(entries: number): void {
    this.#pages += PAGES_OF_A_GROUP + entries * PAGES_OF_AN_ENTRY;
    if (this.#pages < COPY_PAGES || this.#isCopying || this.#isOver) return;
    this.#pages = 0;
    this.#isCopying = true;
    this.#worker ??= this.#start();
    this.#worker.postMessage('copy');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    worker.ref();
    const gone = once(worker, 'exit');
    worker.postMessage('close');
    await gone;
  }

  #start(): Worker {
    const worker = new Worker(SCRIPT, { workerData: this.#file });
    worker.unref();
    worker.on('message', (copied: Copied) => this.#copied(copied));
    worker.on('error', (error) =>
      this.#warn(`calls wait for the disk more often from now on, as a thread failed: ${String(error)}`),
    );
    worker.once('exit', () => {
      this.#isOver = true;
      this.#worker = undefined;
    });
    return worker;
  }

  #copied({ done, pages }: Copied): void {
    this.#isCopying = false;
    if (this.#isOver || pages < LONG_LOG_PAGES || pages - done > REST_PAGES) return;
    try {
      this.#database.pragma('wal_checkpoint(passive)');
    } catch {
      // Whatever it is meets the next group too, which says so.
    }
  }
}
