/** What is looked for in the audit log; all of it stands in the address. */
export type AuditSearch = {
  readonly text?: string;
  readonly action?: string;
  readonly actor?: string;
  readonly target?: string;
  /** As a field for a moment gives it: `2026-11-27T08:00`, in the reader's time zone. */
  readonly since?: string;
  readonly until?: string;
};

const NAMES = ['text', 'action', 'actor', 'target', 'since', 'until'] as const;

export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const given = NAMES.flatMap((name) => {
    const value = search[name];
    return value === undefined || value === '' ? [] : [[name, String(value)] as const];
  });
  return Object.fromEntries(given);
}

/** As the API takes it. A moment that cannot be read is left out: the field says so itself. */
export function auditQuery({ since, until, ...rest }: AuditSearch) {
  const [from, to] = [momentOf(since), momentOf(until)];
  return {
    ...rest,
    ...(from === undefined ? {} : { since: from }),
    ...(to === undefined ? {} : { until: to }),
  };
}

function momentOf(local: string | undefined): string | undefined {
  const at = new Date(local ?? '');
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
