import type { JsonObject } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { ALL_CAPABILITIES, mayAsk, mayBeAsked, NO_CAPABILITIES, normalise } from './capabilities.ts';
import type { Question } from './contract.ts';

const ui = 'io.modelcontextprotocol/ui';

describe('normalise', () => {
  it.each([
    [{}, {}],
    [{ elicitation: {} }, { elicitation: { form: {} } }],
    [{ elicitation: { url: {}, voice: {} } }, { elicitation: { url: {} } }],
    [{ elicitation: { form: { applyDefaults: true }, url: {} } }, { elicitation: { form: {}, url: {} } }],
    [
      { sampling: { tools: {} }, roots: { listChanged: true } },
      { sampling: { tools: {} }, roots: {} },
    ],
    [{ elicitation: true, sampling: [], roots: null }, {}],
    [{ experimental: { x: {} }, tasks: {}, extensions: { 'com.example/x': {} } }, {}],
    [{ extensions: { [ui]: { mimeTypes: ['text/plain'] } } }, { extensions: { [ui]: {} } }],
    [
      { extensions: { [ui]: { mimeTypes: ['text/html;profile=mcp-app', 'x'] } } },
      { extensions: { [ui]: { mimeTypes: ['text/html;profile=mcp-app'] } } },
    ],
  ])('makes of %j what is declared to servers', (given, declared) => {
    expect(normalise(given).declared).toEqual(declared);
  });

  it('gives equal sets one object, whatever they were declared with', () => {
    expect(normalise({ elicitation: {}, roots: {} })).toBe(
      normalise({ roots: { a: 1 }, elicitation: { form: {} } }),
    );
    expect(normalise({ tasks: {} })).toBe(NO_CAPABILITIES);
  });
});

describe('mayAsk', () => {
  const form = { method: 'elicitation/create', params: {} };
  const url = { method: 'elicitation/create', params: { mode: 'url' } };
  const withTools = { method: 'sampling/createMessage', params: { tools: [] } };

  it('asks only for what was declared', () => {
    const forms = normalise({ elicitation: {} });
    expect([form, url].map((question) => mayAsk(forms, question))).toEqual([true, false]);
    expect(mayAsk(normalise({ elicitation: { url: {} } }), form)).toBe(false);
    expect(mayAsk(normalise({ sampling: {} }), withTools)).toBe(false);
    expect(mayAsk(normalise({ sampling: { tools: {} } }), withTools)).toBe(true);
    expect(mayAsk(NO_CAPABILITIES, { method: 'roots/list', params: {} })).toBe(false);
    expect(mayAsk(ALL_CAPABILITIES, { method: 'tools/call', params: {} })).toBe(false);
    expect(mayAsk(ALL_CAPABILITIES, { method: 'constructor', params: {} })).toBe(false);
  });
});

describe('mayBeAsked', () => {
  const sampling = (params: JsonObject) => ({ method: 'sampling/createMessage', params });
  const elicitation = (params: JsonObject) => ({ method: 'elicitation/create', params });
  const roots = { method: 'roots/list', params: {} };

  it.each<[JsonObject, Question, boolean]>([
    [{ sampling: {} }, sampling({}), true],
    [{ sampling: {} }, sampling({ tools: [] }), false],
    [{ sampling: { tools: {} } }, sampling({ tools: [] }), true],
    [{ elicitation: {} }, elicitation({}), true],
    [{ elicitation: { form: {} } }, elicitation({ mode: 'form' }), true],
    [{ elicitation: { form: {} } }, elicitation({ mode: 'url' }), false],
    [{ elicitation: { url: {} } }, elicitation({ mode: 'url' }), true],
    [{ elicitation: { url: {} } }, elicitation({}), false],
    [{ roots: {} }, roots, true],
    [{}, roots, false],
    [{ roots: true }, roots, false],
    [{ tools: {}, toString: {} }, { method: 'toString', params: {} }, false],
  ])('by %j, of %j: %s', (capabilities, question, may) => {
    for (const by of ['open', 'retry'] as const) expect(mayBeAsked({ capabilities, by }, question)).toBe(may);
  });
});
