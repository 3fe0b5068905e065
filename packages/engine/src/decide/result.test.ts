import { describe, expect, it } from 'vitest';
import type { CompileSchema } from '../functions.ts';
import { resultFault } from './result.ts';

/** Accepts objects with a member `ok` only, and cannot be made of a schema that says so. */
const compile: CompileSchema = (schema) =>
  'broken' in schema
    ? { ok: false, message: 'it is broken' }
    : {
        ok: true,
        validate: (value) =>
          JSON.stringify(value).includes('"ok"')
            ? { ok: true }
            : { ok: false, path: '/a', message: 'must be ok' },
      };

describe('a structured result', () => {
  it.each([
    ['fits', { outputSchema: {} }, { structuredContent: { ok: 1 } }],
    ['is not there', { outputSchema: {} }, { content: [] }],
    ['is of a tool that declares no schema', {}, { structuredContent: {} }],
  ])('has no fault when it %s', (_what, tool, result) => {
    expect(resultFault(tool, result, compile)).toBeUndefined();
  });

  it.each([
    [
      'does not match',
      { outputSchema: {} },
      {},
      "the result does not match the tool's output schema: /a must be ok",
    ],
    [
      'has a schema that does not compile',
      { outputSchema: { broken: 1 } },
      { ok: 1 },
      /cannot be used: it is broken/,
    ],
    ['has a schema that is none', { outputSchema: true }, { ok: 1 }, /cannot be used: it is no object/],
    ['is null', { outputSchema: {} }, null, /does not match/],
  ])('has one when it %s', (_what, tool, structuredContent, fault) => {
    expect(resultFault(tool, { structuredContent }, compile)).toMatch(fault);
  });
});
