import { momentOf } from '../local-time.ts';
import { textsOf } from './read.ts';

/** What is looked for in the log. */
const LOG_SEARCH = [
  'outcome',
  'server',
  'grant',
  'target',
  'rule',
  'policy',
  'address',
  'argKey',
  'session',
  'method',
  'since',
  'until',
  'text',
  'secrets',
] as const;

export type LogSearch = ReturnType<typeof readLogSearch>;

/** A time that cannot be read is left out, since nothing could be looked for by it. */
export function readLogSearch(search: Record<string, unknown>) {
  const { since, until, ...rest } = textsOf(search, LOG_SEARCH);
  return { ...rest, ...momentsIn({ since, until }) };
}

function momentsIn(given: { readonly [N in 'since' | 'until']: string | undefined }) {
  const { since, until } = given;
  return {
    ...(since === undefined || momentOf(since) === '' ? {} : { since }),
    ...(until === undefined || momentOf(until) === '' ? {} : { until }),
  };
}
