import { parentPort, workerData } from 'node:worker_threads';
import { isSqliteError, toStoreError } from '../store/index.ts';
import type { Answer, Ask, AskError, Handlers, Operations } from './operations.ts';
import { reading } from './reading.ts';
import { openToWrite } from './schema.ts';
import { writing } from './writing.ts';

/** A thread of the catalogue: it answers one question after the other, in their order. */
export type WorkerData = {
  readonly file: string;
  readonly role: 'read' | 'write';
  readonly bundled: boolean;
};

// What `Thread` starts this file with.
const { file, role, bundled } = workerData as WorkerData;
let handlers: Partial<Handlers<Operations>> | undefined;

parentPort?.on('message', (ask: Ask) => parentPort?.postMessage(answer(ask)));

function answer({ id, operation, input }: Ask): Answer {
  try {
    handlers ??= role === 'read' ? reading(file, bundled) : writing(openToWrite(file), bundled);
    // `Thread` asks with the input that belongs to the operation.
    const handle = handlers[operation] as ((input: unknown) => unknown) | undefined;
    if (handle === undefined) throw new TypeError(`a thread that can only ${role} was asked to ${operation}`);
    return { id, ok: true, output: handle(input) };
  } catch (error) {
    return { id, ok: false, error: toAskError(isSqliteError(error) ? toStoreError(error, file) : error) };
  }
}

function toAskError(error: unknown): AskError {
  if (!(error instanceof Error)) return { name: 'Error', code: '', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { name: error.name, code, message: error.message };
}
