import type { ControlContext } from '../context.ts';
import type { Places } from './places.ts';

/** What all requests of the API share. */
export type Frame = {
  readonly context: ControlContext;
  readonly places: Places;
};
