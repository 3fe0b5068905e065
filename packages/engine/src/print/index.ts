/**
 * From a `Policy` back to its document: the canonical form that `policy fmt` writes. It reads no documents and
 * judges nothing; reading what is printed here gives the same policy.
 */
export { layOut, layOutIn } from './layout.ts';
export { policyDocument } from './policy-document.ts';
export { printPolicy } from './print-policy.ts';
