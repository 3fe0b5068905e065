/**
 * What the API answers instead of a result: RFC 9457 problem documents with stable codes. Texts for people belong here;
 * what was wrong with one request is told by who finds it.
 */
export * from './codes.ts';
export * from './document.ts';
export { faultWords } from './fault-words.ts';
