import type { JsonObject } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { MAX_INPUT_ROUNDS } from '../../limits/index.ts';
import { inputFault } from './answerable.ts';

const QUESTION = { method: 'elicitation/create', params: { mode: 'form', message: 'sure?' } };

describe('what a server asks for', () => {
  const forms = { capabilities: { elicitation: { form: {} }, roots: {} }, by: 'retry' } as const;
  const input = (inputRequests: JsonObject) => ({ kind: 'input_required', inputRequests, bytes: 0 }) as const;

  it('is put to an agent that offers it', () => {
    const roots = { method: 'roots/list' };
    expect(inputFault(forms, 1, input({ a: QUESTION, b: roots }))).toBeUndefined();
    expect(inputFault(forms, 1, { kind: 'input_required', requestState: 's', bytes: 0 })).toBeUndefined();
  });

  it.each<[string, JsonObject]>([
    ['elicitation/create', { ...QUESTION, params: { mode: 'url', url: 'https://x' } }],
    ['sampling/createMessage', { method: 'sampling/createMessage', params: {} }],
    ['tools/call', { method: 'tools/call', params: {} }],
  ])('is not when it does not: %s', (method, question) => {
    expect(inputFault(forms, 1, input({ a: QUESTION, b: question }))).toContain(method);
  });

  it('is not when the model is to use tools, which the agent did not say it can', () => {
    const withTools = { method: 'sampling/createMessage', params: { tools: [] } };
    const fault = (sampling: JsonObject) =>
      inputFault({ capabilities: { sampling }, by: 'open' }, 1, input({ a: withTools }));
    expect(fault({})).toContain('sampling/createMessage');
    expect(fault({ tools: {} })).toBeUndefined();
  });

  it('is not when it is no question', () => {
    expect(inputFault(forms, 1, input({ a: 'x' }))).toContain('unknown form');
    expect(inputFault(forms, 1, input({ a: { method: 'roots/list', params: [] } }))).toContain(
      'unknown form',
    );
  });

  it('is not without end', () => {
    expect(inputFault(forms, MAX_INPUT_ROUNDS - 1, input({ a: QUESTION }))).toBeUndefined();
    expect(inputFault(forms, MAX_INPUT_ROUNDS, input({ a: QUESTION }))).toContain('more than');
  });
});
