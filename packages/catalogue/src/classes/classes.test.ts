import { parsePolicyTree } from '@boomgate/engine';
import { engineFunctions } from '@boomgate/server';
import { expect, it } from 'vitest';
import { CLASSES, SEVERITIES } from './index.ts';

function warningsOf(path: string, value: readonly string[]) {
  const all_tools = { deny_if: [{ conditions: [{ path, op: 'in', value }] }] };
  const read = parsePolicyTree({ version: '1', default: 'deny', all_tools }, engineFunctions);
  return read.ok ? read.warnings.length : undefined;
}

it('conditions know the words for classes and severities, and no others', () => {
  expect(warningsOf('tool.class', CLASSES)).toBe(0);
  expect(warningsOf('tool.severity', SEVERITIES)).toBe(0);
  expect(warningsOf('tool.class', [...CLASSES, 'Other'])).toBe(1);
  expect(warningsOf('tool.severity', [...SEVERITIES, 'None'])).toBe(1);
});
