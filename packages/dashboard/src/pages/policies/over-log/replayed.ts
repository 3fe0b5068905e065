import type { AnswerOf, Endpoints } from '@boomgate/contract';
import type { Wanted } from './period.ts';

export type Report = AnswerOf<Endpoints['policies']['replay']>;
export type Effect = keyof Report['counts'];

/** By the id of a rule, what leads to it; undefined where nothing does. */
export type WayTo = (rule: string) => (() => void) | undefined;

/** What was replayed, and what came of it. */
export type Replayed = {
  readonly text: string;
  readonly wanted: Wanted;
  /** Name of the one grant; undefined for all. */
  readonly grant: string | undefined;
  readonly report: Report;
};
