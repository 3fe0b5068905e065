import { API_PATH, addressOf, ENDPOINTS } from '@boomgate/contract';
import { type DecisionQuery, decisionStream } from '../../app/decision-stream.ts';
import { boundsOf } from '../../app/local-time.ts';
import type { LogSearch } from '../../app/search/index.ts';
import { nowMs } from '../../ui/index.ts';
import { OUTCOMES } from '../../words/index.ts';

/** What the API is asked by. */
export type LogQuery = DecisionQuery;
type Outcome = NonNullable<LogQuery['outcome']>;

/** What is looked for, without what nobody could have chosen: an address can be typed. */
export function queryOf(search: LogSearch): LogQuery {
  const { outcome, secrets, since = '', until = '', ...rest } = search;
  const known = (Object.keys(OUTCOMES) as readonly Outcome[]).find((one) => one === outcome); // a cast: the table has all outcomes
  return {
    ...rest,
    ...(known === undefined ? {} : { outcome: known }),
    ...(secrets === 'seen' ? { secrets } : {}),
    ...boundsOf({ since, until }),
  };
}

/** Where decisions that match are told as they are made; undefined where none of them can match any more, or not yet. */
export function streamOf(query: LogQuery): string | undefined {
  // What an answer holds is not known when its request is decided.
  if (query.secrets !== undefined) return undefined;
  if (query.until !== undefined && Date.parse(query.until) < nowMs()) return undefined;
  return decisionStream(query);
}

export function exportOf(query: LogQuery, format: 'exportLines' | 'exportTable'): string {
  return API_PATH + addressOf(ENDPOINTS.decisions[format], { query });
}
