/**
 * Policy cases: calls with the decisions that are expected of them, as data. The engine's own specification and
 * the test files of users are in this form. Runs the real parser, `decide` and limits, and nothing of its own.
 * Reads no files: it takes a tree that somebody has parsed.
 */
export type { CaseResult } from './result.ts';
export { runPolicyCases } from './run.ts';
