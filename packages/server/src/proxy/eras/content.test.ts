import { describe, expect, it } from 'vitest';
import { resultInRevision, toolInRevision } from './content.ts';

const TREE = {
  name: 'tree',
  inputSchema: { type: 'object' },
  outputSchema: {
    $defs: { node: { type: 'array', items: { $ref: '#/$defs/node' } } },
    anyOf: [{ $ref: '#/$defs/node' }, { $ref: '#' }, { $ref: 'https://example.com/x' }],
  },
};

describe('a tool whose output need not be an object', () => {
  it('is told to agents of older revisions as one that gives an object, with its references moved', () => {
    expect(toolInRevision(TREE, '2025-11-25')['outputSchema']).toEqual({
      type: 'object',
      required: ['result'],
      properties: {
        result: {
          $defs: { node: { type: 'array', items: { $ref: '#/properties/result/$defs/node' } } },
          anyOf: [
            { $ref: '#/properties/result/$defs/node' },
            { $ref: '#/properties/result' },
            { $ref: 'https://example.com/x' },
          ],
        },
      },
    });
    expect(toolInRevision(TREE, '2026-07-28')).toBe(TREE);
  });

  it('keeps references that are relative to an address of its own', () => {
    const outputSchema = { $id: 'https://example.com/s', anyOf: [{ $ref: '#/$defs/a' }] };
    expect(toolInRevision({ ...TREE, outputSchema }, '2025-06-18')['outputSchema']).toMatchObject({
      properties: { result: outputSchema },
    });
  });

  it.each([[[1, 2]], ['text'], [7], [null], [{ a: 1 }]])('gives %j wrapped to match', (value) => {
    const result = { content: [], structuredContent: value };
    expect(resultInRevision(result, '2025-11-25', TREE)['structuredContent']).toEqual({ result: value });
    expect(resultInRevision(result, '2026-07-28', TREE)).toBe(result);
  });
});

describe('a tool that gives an object', () => {
  const tool = { ...TREE, outputSchema: { type: 'object' } };
  it('stays as it is, and so does what it gives', () => {
    const result = { content: [], structuredContent: { a: 1 }, odd: true };
    expect(toolInRevision(tool, '2025-06-18')).toBe(tool);
    expect(resultInRevision(result, '2025-06-18', tool)).toEqual(result);
  });
});

it('support of tasks is not passed on to anybody, other ways to execute are', () => {
  const tool = { ...TREE, outputSchema: { type: 'object' }, execution: { taskSupport: 'optional', x: 1 } };
  expect(toolInRevision(tool, '2026-07-28')['execution']).toEqual({ x: 1 });
  expect(
    toolInRevision({ ...tool, execution: { taskSupport: 'optional' } }, '2025-11-25'),
  ).not.toHaveProperty('execution');
});

describe('content of a kind that the revision does not have', () => {
  const link = { type: 'resource_link', uri: 'file:///a', name: 'a' };
  const audio = { type: 'audio', data: 'AA==', mimeType: 'audio/wav' };
  const odd = { type: 'hologram', x: 1 };

  it.each([
    ['2024-11-05', ['text', 'text', 'hologram']],
    ['2025-03-26', ['text', 'audio', 'hologram']],
    ['2025-06-18', ['resource_link', 'audio', 'hologram']],
  ])('becomes a text in %s, and what no revision knows stays', (protocol, types) => {
    const result = resultInRevision({ content: [link, audio, odd] }, protocol);
    expect((result['content'] as { type: string }[]).map(({ type }) => type)).toEqual(types);
  });

  it('says what it stood for', () => {
    expect(resultInRevision({ content: [link] }, '2025-03-26')['content']).toEqual([
      { type: 'text', text: '[resource_link: a, file:///a]' },
    ]);
  });

  it('is changed in the messages of prompts too', () => {
    const messages = [{ role: 'user', content: audio }, 'odd'];
    expect(resultInRevision({ messages }, '2024-11-05')['messages']).toEqual([
      { role: 'user', content: { type: 'text', text: '[audio: audio/wav]' } },
      'odd',
    ]);
  });
});
