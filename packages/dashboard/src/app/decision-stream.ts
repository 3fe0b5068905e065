import { API_PATH, addressOf, ENDPOINTS, type Endpoints, type SentTo } from '@boomgate/contract';

/** What decisions are asked for by. */
export type DecisionQuery = NonNullable<SentTo<Endpoints['decisions']['stream']>['query']>;

/** Where decisions that match are told as they are made. */
export function decisionStream(query: DecisionQuery): string {
  return API_PATH + addressOf(ENDPOINTS.decisions.stream, { query });
}
