import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../../src/store/sqlite/driver.ts';

const HELD_MS = 20;
const BETWEEN_MS = 1;

/** Writes to the file all the time: has the lock for 20 ms, which it says, and leaves it for one. */
const database = openDatabase(workerData as string, { readOnly: false, busyTimeoutMs: 10_000 });
const asleep = new Int32Array(new SharedArrayBuffer(4));
for (;;) {
  database.exec('begin immediate');
  parentPort?.postMessage('writing');
  Atomics.wait(asleep, 0, 0, HELD_MS);
  database.exec('commit');
  Atomics.wait(asleep, 0, 0, BETWEEN_MS);
}
