import { parentPort, workerData } from 'node:worker_threads';
import { type Policy, parsePolicy, widensAccess } from '@boomgate/engine';
import { engineFunctions } from '../functions/index.ts';

/** Canonical documents. */
export type Pair = { readonly before: string; readonly after: string };

function read(text: string): Policy {
  const parsed = parsePolicy(text, engineFunctions);
  if (!parsed.ok) throw new TypeError('expected a policy that was parsed before, found problems');
  return parsed.policy;
}

// A cast: only `Comparer` starts this, with a pair.
const { after, before } = workerData as Pair;
parentPort?.postMessage(widensAccess({ before: read(before), after: read(after) }, engineFunctions));
