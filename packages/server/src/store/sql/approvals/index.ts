/**
 * Approvals. The table is what the journal writes with, in the transaction of a group; the repository is
 * what people do beside it, in transactions of their own.
 */
export { SqlApprovals } from './approvals.ts';
export { ApprovalTable } from './table.ts';
