import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { Ask, WorkerData } from './operations.ts';

/** A thread of the catalogue: it answers one question after the other, in their order. */
// A thread does not use the cache of its process, and starts in a third of the time with one.
enableCompileCache();
const { answering } = await import('./handlers.ts');
// The one who starts this file says so.
const answer = answering(workerData as WorkerData);
parentPort?.on('message', (ask: Ask) => parentPort?.postMessage(answer(ask)));
