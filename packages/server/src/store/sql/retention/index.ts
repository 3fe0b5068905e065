/**
 * Deletes the oldest rows of a log so that its chain stays checkable: what is deleted was found as it was written, and a
 * sealed checkpoint takes its place. Knows no setting and no timer; who wants rows gone says since when.
 */
export { expireAudit } from './audit.ts';
export { expireDecisions } from './decisions.ts';
