/** Reading in tests: a policy that must parse, or the problems of one that must not. */

import { expect } from 'vitest';
import type { Json } from '../src/json/json.ts';
import { parsePolicyTree } from '../src/parse/index.ts';
import type { Entry, Policy } from '../src/policy.ts';
import type { Problem, ProblemCode } from '../src/problem.ts';
import { testFunctions } from './functions.ts';

export function parsed(document: unknown): Policy {
  const result = parsePolicyTree(document, testFunctions);
  if (!result.ok)
    throw new Error(result.problems.map(({ pointer, message }) => `${pointer}: ${message}`).join('\n'));
  return result.policy;
}

/** The one entry `t` of a policy. */
export function parsedEntry(entry: Json, tool = 't'): Entry {
  const found = parsed({ version: '1', default: 'deny', tools: { [tool]: entry } }).tools.get(tool);
  if (found === undefined) throw new Error('the entry is gone');
  return found;
}

export function problemsOf(document: unknown): readonly Problem[] {
  const result = parsePolicyTree(document, testFunctions);
  return result.ok ? result.warnings : result.problems;
}

export const withEntry = (entry: unknown): unknown => ({
  version: '1',
  default: 'deny',
  tools: { t: entry },
});
export const withCondition = (condition: unknown): unknown =>
  withEntry({ deny_if: [{ conditions: [condition] }] });

/** A document that must be refused, and the problem that says so. */
export type Refusal = readonly [
  name: string,
  document: unknown,
  code: ProblemCode,
  pointer: string,
  message: RegExp,
];

/** Expects the problem of a refusal, written as every message is. */
export function refusal([, document, code, pointer, message]: Refusal): void {
  const problems = problemsOf(document);
  const found = problems.find((problem) => problem.code === code && problem.pointer === pointer);
  expect(problems.map((problem) => [problem.code, problem.pointer])).toContainEqual([code, pointer]);
  expect(found?.message).toMatch(message);
  expect(found?.severity).toBe('error');
  expect(found?.message).not.toMatch(/^[A-Z]|\.$/);
}
