/** What is looked for in the log; all of it stands in the address, so that a view can be passed on. */
export type LogSearch = {
  readonly outcome?: string;
  readonly server?: string;
  readonly grant?: string;
  readonly target?: string;
  readonly rule?: string;
  readonly text?: string;
};

const LOG_SEARCH = ['outcome', 'server', 'grant', 'target', 'rule', 'text'] as const;

export function readLogSearch(search: Record<string, unknown>): LogSearch {
  const given = LOG_SEARCH.flatMap((name) => {
    const value = search[name];
    return value === undefined || value === '' ? [] : [[name, String(value)] as const];
  });
  return Object.fromEntries(given);
}
