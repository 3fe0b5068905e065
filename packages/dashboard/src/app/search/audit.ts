import { boundsOf } from '../local-time.ts';
import { textsOf } from './read.ts';

/** What is looked for in the audit log; moments as a field gives them, `2026-11-27T08:00`, in the reader's time zone. */
export type AuditSearch = ReturnType<typeof readAuditSearch>;

export function readAuditSearch(search: Record<string, unknown>) {
  return textsOf(search, ['text', 'action', 'actor', 'target', 'since', 'until']);
}

/** As the API takes it. A moment that cannot be read is left out: the field says so itself. */
export function auditQuery({ since = '', until = '', ...rest }: AuditSearch) {
  return { ...rest, ...boundsOf({ since, until }) };
}
