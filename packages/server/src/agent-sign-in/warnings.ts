import { type Clock, WARNINGS_KEPT, WARNINGS_MS } from '../limits/index.ts';
import type { DeskParts } from './contract.ts';

type Warn = DeskParts['log']['warn'];

/**
 * Warns of what anybody can cause, without filling the log: in some minutes once of the same, of so many at the most, and with the first
 * one afterwards of how many were left out.
 */
export function boundedWarnings(clock: Pick<Clock, 'monotonicMs'>, warn: Warn): Warn {
  const said = new Set<string>();
  let sinceMs = Number.NEGATIVE_INFINITY;
  let leftOut = 0;
  return (fields, message) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - sinceMs >= WARNINGS_MS) {
      if (leftOut > 0) warn({ leftOut }, `${message}: others were left out before`);
      said.clear();
      [sinceMs, leftOut] = [nowMs, 0];
    }
    const key = JSON.stringify(fields);
    if (said.has(key) || said.size >= WARNINGS_KEPT) leftOut += 1;
    else {
      said.add(key);
      warn(fields, message);
    }
  };
}
