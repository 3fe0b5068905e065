/**
 * Whether one policy lets more through than another, found out in a thread of its own and within a time: agents do not wait for
 * it. May not know stores, people or grants.
 */
export { Comparer } from './comparer.ts';
