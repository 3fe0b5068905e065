import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import type { Json } from '../json/json.ts';
import { parsePolicyTree } from './index.ts';

function warningsOf(condition: Json) {
  const tools = { t: { deny_if: [{ conditions: [condition] }] } };
  const read = parsePolicyTree({ version: '1', default: 'deny', tools }, testFunctions);
  return read.ok ? read.warnings.map(({ message, pointer }) => `${pointer} ${message}`) : ['an error'];
}

describe('a class that no tool has', () => {
  const value = '/tools/t/deny_if/0/conditions/0/value';

  it.each<[Json, string[]]>([
    [
      { path: 'tool.severity', op: 'in', value: ['High', 'critical'] },
      [
        `${value}/1 expected one of Low, Medium, High, Critical for tool.severity, found "critical", which no tool has; did you mean "Critical"?`,
      ],
    ],
    [
      { path: 'tool.class', op: 'neq', value: 7 },
      [
        `${value} expected one of Read, Write, Execute, Destructive, Financial for tool.class, found 7, which no tool has`,
      ],
    ],
    [{ path: 'tool.class', op: 'eq', value: 'Execute' }, []],
    [{ path: 'tool.class', op: 'eq', value: 'EXECUTE', ignore_case: true }, []],
    [{ path: 'tool.class', op: 'starts_with', value: 'Ex' }, []],
    [{ path: 'tool.name', op: 'eq', value: 'execute' }, []],
    [{ path: 'args.class', op: 'eq', value: 'execute' }, []],
  ])('%j is a warning', (condition, expected) => {
    expect(warningsOf(condition)).toEqual(expected);
  });
});
