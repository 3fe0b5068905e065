import type { AnswerOf, Endpoints } from '@boomgate/contract';

/** A grant, as the API tells it. */
export type Grant = AnswerOf<Endpoints['grants']['show']>;
