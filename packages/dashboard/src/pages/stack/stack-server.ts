import type { AnswerOf, Endpoints } from '@boomgate/contract';

export type StackServer = AnswerOf<Endpoints['stack']['read']>['items'][number];
