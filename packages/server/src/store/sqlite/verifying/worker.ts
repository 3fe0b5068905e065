import { parentPort, workerData } from 'node:worker_threads';
import { verifyDecisions } from '../../sql/index.ts';
import { snapshotOf } from '../snapshot.ts';
import type { ToVerify } from './index.ts';

// A cast: only `verifyInThread` starts this, with what is to be verified.
const { file, known, sealKey } = workerData as ToVerify;
parentPort?.postMessage(
  await snapshotOf(file, (snapshot) => verifyDecisions(snapshot, Buffer.from(sealKey), known)),
);
