/**
 * Whether one policy lets more through than another: with a brief effort at once, else in a thread and within a time. Agents do
 * not wait for it. May not know stores, people or grants.
 */
export { Comparer } from './comparer.ts';
