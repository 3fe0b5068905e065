import type { ControlContext } from '../context.ts';

/** What all requests of the API share. */
export type Frame = {
  readonly context: ControlContext;
  /** Creations under way, by caller and Idempotency-Key: the second of two at once must not make the thing again. */
  readonly underWay: Set<string>;
};
