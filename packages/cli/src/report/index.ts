/**
 * What commands say: plain values in, printable text out. May hold the words and layout of reports.
 * May not read, write, wait, or decide anything. Every text from elsewhere goes through `visible`.
 */
export { type ApprovalView, approvalPage, printApprovals } from './approvals.ts';
export { printCases } from './cases.ts';
export { printDeliveries } from './deliveries.ts';
export { printDemoCalls } from './demo-calls.ts';
export { printGrants } from './grants.ts';
export { logLine } from './log-line.ts';
export { printOutcome } from './outcome.ts';
export { pageText, printPage } from './page.ts';
export { problemLine } from './problems.ts';
export { printSimulation, type SimulatedCall } from './simulation.ts';
