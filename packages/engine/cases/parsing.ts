/** Reading in tests: a policy that must parse, or the problems of one that must not. */
import type { Json } from '../src/json/json.ts';
import { parsePolicyTree } from '../src/parse/index.ts';
import type { Entry, Policy } from '../src/policy.ts';
import type { Problem } from '../src/problem.ts';
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
