/**
 * What commands say: plain values in, printable text out. May hold the words and layout of reports.
 * May not read, write, wait, or decide anything. Every text from elsewhere goes through `visible`.
 */

export { actLine } from './act-line.ts';
export { approvalPage, printApprovals } from './approvals.ts';
export { printCases } from './cases.ts';
export { printComparison } from './comparison.ts';
export { type ConfigComparison, configSummary, printConfigComparison } from './config-comparison.ts';
export { printDeliveries } from './deliveries.ts';
export { printDemoCalls } from './demo-calls.ts';
export { type Difference, printDifference } from './difference.ts';
export { type Checked, printDoctor } from './doctor.ts';
export { driftText, type ShownDrift } from './drift.ts';
export { driftTable } from './drift-table.ts';
export { printGrant, printGrants } from './grants.ts';
export { logLine } from './log-line.ts';
export { printOrganizations } from './organizations.ts';
export { printPage } from './page.ts';
export { type ListedPerson, membershipsOf, printPeople } from './people.ts';
export { type ListedPolicy, printPolicies } from './policies.ts';
export { printPolicyVersions } from './policy-versions.ts';
export { problemLine } from './problems.ts';
export { printReplay, suggestionNotes } from './replay.ts';
export { policyOf } from './scan-policy.ts';
export { importProgress, scanProgress } from './scan-progress.ts';
export { sarifOf } from './scan-sarif.ts';
export { printScan } from './scan-table.ts';
export { printIndexSize, printSearch } from './search.ts';
export { type ListedServer, printServers } from './servers.ts';
export { printSignedIn } from './signed-in.ts';
export { printSimulation, type SimulatedCall } from './simulation.ts';
export { homely, printStack, type SeenTool, type StackClient, type StackServer } from './stack.ts';
