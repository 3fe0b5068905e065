import type { ControlContext } from '../context.ts';

/** What all requests of the API share. */
export type Frame = {
  readonly context: ControlContext;
};
