import type { Json } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { agentCapabilities } from './capabilities.ts';

const ALL: Json = {
  sampling: { tools: {}, context: {}, other: 1 },
  roots: { listChanged: true },
  experimental: { x: {} },
  elicitation: { url: {}, form: {} },
  extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html'] }, 'com.example/unknown': {} },
};

describe('what an agent can do for a server', () => {
  it('is what it declares and the gateway knows, in one order', () => {
    const known = {
      elicitation: { form: {}, url: {} },
      extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html'] } },
      roots: {},
      sampling: { context: {}, tools: {} },
    };
    expect(JSON.stringify(agentCapabilities(ALL, '2026-07-28'))).toBe(JSON.stringify(known));
    expect(agentCapabilities(ALL, '2025-11-25')).toEqual(known);
  });

  it('is no more than its revision has', () => {
    expect(agentCapabilities(ALL, '2025-06-18')).toMatchObject({ elicitation: { form: {} }, sampling: {} });
    expect(agentCapabilities(ALL, '2025-06-18')['elicitation']).toEqual({ form: {} });
    expect(agentCapabilities(ALL, '2025-03-26')).not.toHaveProperty('elicitation');
    expect(agentCapabilities(ALL, '2024-11-05')['sampling']).toEqual({});
  });

  it('to elicit without a word of how means by forms', () => {
    expect(agentCapabilities({ elicitation: {} }, '2025-11-25')).toEqual({ elicitation: { form: {} } });
    expect(agentCapabilities({ elicitation: { url: {} } }, '2025-11-25')).toEqual({
      elicitation: { url: {} },
    });
  });

  it.each([
    [undefined],
    [null],
    ['all'],
    [[]],
    [{ sampling: true, roots: 1, elicitation: 'x', extensions: [] }],
  ])('is nothing when %j is declared', (declared) => {
    expect(agentCapabilities(declared as Json, '2026-07-28')).toEqual({});
  });
});
