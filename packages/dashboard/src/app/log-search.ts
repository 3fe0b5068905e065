import { searchReader } from './search.ts';

/** What is looked for in the log; all of it stands in the address, so that a view can be passed on. */
export const LOG_SEARCH = [
  'outcome',
  'server',
  'grant',
  'target',
  'rule',
  'policy',
  'argKey',
  'session',
  'method',
  'since',
  'until',
  'text',
] as const;

export type LogSearch = { readonly [N in (typeof LOG_SEARCH)[number]]?: string };

export const readLogSearch = searchReader(LOG_SEARCH);
