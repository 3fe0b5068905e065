import type { AnswerOf, Endpoints } from '@boomgate/contract';

/** A decision, as the API tells it. */
export type Decision = AnswerOf<Endpoints['decisions']['show']>;
