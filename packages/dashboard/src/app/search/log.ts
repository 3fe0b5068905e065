import { textsOf } from './read.ts';

/** What is looked for in the log. */
const LOG_SEARCH = [
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

export type LogSearch = ReturnType<typeof readLogSearch>;

export function readLogSearch(search: Record<string, unknown>) {
  return textsOf(search, LOG_SEARCH);
}
