/** Who changed what: the audit log, searched, held against its chain, and taken away. */
export { AuditPage } from './audit.tsx';
