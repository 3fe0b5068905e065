export { ApprovalPage } from './approval.tsx';
export { ApprovalsPage } from './approvals.tsx';
