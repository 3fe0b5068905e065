import { isSqliteError, toStoreError } from '../store/index.ts';
import type { Answer, Ask, AskError, Handlers, Operations, WorkerData } from './operations.ts';
import { reading } from './reading.ts';
import { openToWrite } from './schema.ts';
import { writing } from './writing.ts';

/** What a thread answers to each question. The file is opened with the first. */
export function answering({ file, role, bundled }: WorkerData): (ask: Ask) => Answer {
  let handlers: Partial<Handlers<Operations>> | undefined;
  return ({ id, operation, input }) => {
    try {
      handlers ??= role === 'read' ? reading(file, bundled) : writing(openToWrite(file), bundled);
      // `Thread` asks with the input that belongs to the operation.
      const handle = handlers[operation] as ((input: unknown) => unknown) | undefined;
      if (handle === undefined)
        throw new TypeError(`a thread that can only ${role} was asked to ${operation}`);
      return { id, ok: true, output: handle(input) };
    } catch (error) {
      return { id, ok: false, error: toAskError(isSqliteError(error) ? toStoreError(error, file) : error) };
    }
  };
}

function toAskError(error: unknown): AskError {
  if (!(error instanceof Error)) return { name: 'Error', code: '', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { name: error.name, code, message: error.message };
}
