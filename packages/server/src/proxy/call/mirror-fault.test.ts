import { expect, it } from 'vitest';
import type { AgentRequest } from '../request.ts';
import { mirrorFault } from './mirror-fault.ts';

const TOOL = {
  name: 't',
  inputSchema: {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      count: { type: 'integer', 'x-mcp-header': 'Count' },
      deep: { type: 'object', properties: { on: { type: 'boolean', 'x-mcp-header': 'On' } } },
    },
  },
};

const fault = (args: object, headers: Record<string, string>, era: 'modern' | 'legacy' = 'modern') =>
  mirrorFault(
    // Of a request only the era and the headers count here.
    { message: { era }, mirrored: new Map(Object.entries(headers)) } as unknown as AgentRequest,
    TOOL,
    // The arguments below are JSON.
    args as Parameters<typeof mirrorFault>[2],
  );

it.each<[object, Record<string, string>]>([
  [{}, {}],
  [{ region: 'eu' }, { 'mcp-param-region': 'eu' }],
  [{ region: 'é' }, { 'mcp-param-region': '=?base64?w6k=?=' }],
  [{ count: 42 }, { 'mcp-param-count': '42' }],
  [{ count: 42 }, { 'mcp-param-count': '42.0' }],
  [{ deep: { on: true } }, { 'mcp-param-on': 'true' }],
  [{ region: null }, { 'mcp-param-region': 'eu' }],
  [{ region: ['eu'] }, {}],
])('%j agrees with %j', (args, headers) => {
  expect(fault(args, headers)).toBeUndefined();
});

it.each<[object, Record<string, string>]>([
  [{ region: 'us' }, { 'mcp-param-region': 'eu' }],
  [{ region: 'eu' }, {}],
  [{ region: 'EU' }, { 'mcp-param-region': 'eu' }],
  [{ region: 'é' }, { 'mcp-param-region': 'é' }],
  [{ region: 'é' }, { 'mcp-param-region': '=?base64?w6k?=' }],
  [{ count: 42 }, { 'mcp-param-count': '042' }],
  [{ count: 42 }, { 'mcp-param-count': '' }],
  [{ deep: { on: true } }, { 'mcp-param-on': '1' }],
])('%j differs from %j', (args, headers) => {
  expect(fault(args, headers)).toMatch(/mcp-param-/);
});

it('an agent of a legacy revision sends no such headers', () => {
  expect(fault({ region: 'us' }, {}, 'legacy')).toBeUndefined();
});
