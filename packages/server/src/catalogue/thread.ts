import { Worker } from 'node:worker_threads';
import { StoreError } from '../store/index.ts';
import { WAITING } from './bounds.ts';
import { CatalogueError } from './contract.ts';
import type { Answer, AskError } from './operations.ts';

type Waiting = { readonly resolve: (output: unknown) => void; readonly reject: (error: Error) => void };
/** The operations of a thread: input and output of each. */
type Table<Operations> = { readonly [K in keyof Operations]: { input: unknown; output: unknown } };

/**
 * A thread that answers questions in their order. It starts with the first, does not keep the process alive while it has
 * none, and when it crashes those that waited fail and the next one starts it again.
 */
export class Thread<Operations extends Table<Operations>> implements AsyncDisposable {
  readonly #script: URL;
  readonly #data: object;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #asked = 0;
  #isClosed = false;

  constructor(script: URL, data: object) {
    this.#script = script;
    this.#data = data;
  }

  /** Rejects with `CatalogueError`: `busy` when too many wait, `broken` when the thread crashed, `closed`. */
  ask<K extends keyof Operations & string>(
    operation: K,
    input: Operations[K]['input'],
  ): Promise<Operations[K]['output']> {
    if (this.#isClosed) return Promise.reject(new CatalogueError('closed', 'the catalogue is closed'));
    if (this.#waiting.size >= WAITING)
      return Promise.reject(
        new CatalogueError(
          'busy',
          `expected at most ${WAITING} questions at once, found more: ask again later`,
        ),
      );
    const worker = this.#running();
    this.#asked += 1;
    const id = this.#asked;
    worker.ref();
    return new Promise((resolve, reject) => {
      // The thread answers with the output of the operation that was asked for.
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      worker.postMessage({ id, operation, input });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    this.#fail(new CatalogueError('closed', 'the catalogue was closed'));
    await worker?.terminate();
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#script, { workerData: this.#data });
    worker.on('message', (answer: Answer) => this.#answered(answer));
    worker.on('error', (error) =>
      this.#crashed(worker, error instanceof Error ? error.message : String(error)),
    );
    worker.on('exit', (code) => this.#crashed(worker, `it ended with code ${code}`));
    this.#worker = worker;
    return worker;
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if (answer.ok) waiting?.resolve(answer.output);
    else waiting?.reject(errorOf(answer.error));
  }

  #crashed(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#fail(new CatalogueError('broken', `the catalogue's thread stopped: ${why}; ask again`));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** An error as it was on the other side. */
function errorOf({ name, code, message }: AskError): Error {
  // Of these names only these classes cross, with their own codes.
  if (name === 'StoreError') return new StoreError(code as StoreError['code'], message);
  if (name === 'CatalogueError') return new CatalogueError(code as CatalogueError['code'], message);
  return Object.assign(new Error(message), { name });
}
