/**
 * Programs that prove who they are by a token of where they run: a cluster, a CI service, a cloud. From an issuer's settings to a proven
 * subject, and to the rules that it fits. Knows no grant and no store; opens no socket, but is given a way to ask.
 */
export type * from './contract.ts';
export { openWorkloads, type Workloads } from './open.ts';
export { breadthFault, fits, keyOf, subjectFault } from './rules.ts';
