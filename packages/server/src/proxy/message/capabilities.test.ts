import type { Json } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { agentCapabilities } from './capabilities.ts';

const HTML = 'text/html;profile=mcp-app';
const ALL: Json = {
  sampling: { tools: {}, context: {}, other: 1 },
  roots: { listChanged: true },
  experimental: { x: {} },
  elicitation: { url: {}, form: {} },
  extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: [HTML], more: 1 }, 'com.example/unknown': {} },
};

describe('what an agent can do for a server', () => {
  it('is what it declares and the gateway knows, in one order', () => {
    const known = {
      elicitation: { form: {}, url: {} },
      extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: [HTML] } },
      roots: {},
      sampling: { context: {}, tools: {} },
    };
    expect(JSON.stringify(agentCapabilities(ALL, '2026-07-28'))).toBe(JSON.stringify(known));
    expect(agentCapabilities(ALL, '2025-11-25')).toEqual(known);
  });

  it('is short, however much it declares', () => {
    const mimeTypes = Array.from({ length: 1_000 }, (_, at) => `text/x-${at}`);
    const declared = (settings: Json) => ({ extensions: { 'io.modelcontextprotocol/ui': settings } });
    expect(agentCapabilities(declared({ mimeTypes: [...mimeTypes, HTML] }), '2025-11-25')).toEqual(
      declared({ mimeTypes: [HTML] }),
    );
    expect(agentCapabilities(declared({ mimeTypes }), '2025-11-25')).toEqual(declared({}));
    expect(agentCapabilities(declared('x'.repeat(9_999)), '2025-11-25')).toEqual({});
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
