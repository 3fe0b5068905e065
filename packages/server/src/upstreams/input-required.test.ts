import type { JsonObject } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { type Caller, normalise } from './capabilities.ts';
import { readModernResult, readUrlElicitation } from './input-required.ts';

const caller = (capabilities: JsonObject, by: Caller['by'] = 'retry'): Caller => ({
  grantId: 'g',
  capabilities: normalise(capabilities),
  by,
});
const answered = (result: JsonObject) => ({ kind: 'result', result, bytes: 7, httpStatus: 200 }) as const;
const form = { method: 'elicitation/create', params: { message: 'x' } };
const asks = (more: JsonObject) => answered({ resultType: 'input_required', ...more });
const forms = caller({ elicitation: {} });

describe('readModernResult', () => {
  it.each(['tools/call', 'prompts/get', 'resources/read'])('takes declared questions during %s', (method) => {
    const inputRequests = { k: form };
    expect(readModernResult(asks({ inputRequests, requestState: 's' }), method, forms)).toEqual({
      kind: 'input_required',
      inputRequests,
      requestState: 's',
      bytes: 7,
      httpStatus: 200,
    });
  });

  it('takes a state alone from anybody, as it asks nothing', () => {
    const found = readModernResult(asks({ requestState: '' }), 'tools/call', caller({}));
    expect(found).toEqual({ kind: 'input_required', requestState: '', bytes: 7, httpStatus: 200 });
  });

  it.each<[string, JsonObject, string, Caller]>([
    ['during another method', { inputRequests: { k: form } }, 'completion/complete', forms],
    ['during a listing', { inputRequests: { k: form } }, 'tools/list', forms],
    [
      'of a kind that was not declared',
      { inputRequests: { k: { method: 'roots/list' } } },
      'tools/call',
      forms,
    ],
    [
      'of a mode that was not declared',
      { inputRequests: { k: { ...form, params: { mode: 'url' } } } },
      'tools/call',
      forms,
    ],
    [
      'beside one that was declared',
      { inputRequests: { k: form, l: { method: 'sampling/createMessage', params: {} } } },
      'tools/call',
      forms,
    ],
    ['of an unknown kind', { inputRequests: { k: { method: 'tools/call' } } }, 'tools/call', forms],
    ['that is no object', { inputRequests: { k: 'x' } }, 'tools/call', forms],
    ['in a list', { inputRequests: [form] }, 'tools/call', forms],
    ['with a state that is no string', { inputRequests: { k: form }, requestState: 5 }, 'tools/call', forms],
    ['that is none', { inputRequests: {} }, 'tools/call', forms],
    ['that is missing', {}, 'tools/call', forms],
  ])('refuses a question %s', (_, result, method, who) => {
    expect(readModernResult(asks(result), method, who)).toMatchObject({ code: 'bad_answer', acted: 'maybe' });
  });

  it('refuses types of result that it does not know, and leaves everything else alone', () => {
    expect(readModernResult(answered({ resultType: 'task' }), 'tools/call', forms)).toMatchObject({
      code: 'bad_answer',
    });
    for (const result of [{ resultType: 'complete' }, {}]) {
      const outcome = answered(result);
      expect(readModernResult(outcome, 'tools/call', forms)).toBe(outcome);
    }
  });
});

describe('readUrlElicitation', () => {
  const required = (elicitations: JsonObject[]) =>
    ({ kind: 'error', error: { code: -32042, message: 'x', data: { elicitations } }, bytes: 3 }) as const;
  const url = { mode: 'url', url: 'https://a.example/', message: 'm', elicitationId: 'e' };
  const urls = caller({ elicitation: { url: {} } });

  it('makes a question of the error for those who call again', () => {
    expect(readUrlElicitation(required([url, url]), 'tools/call', urls)).toEqual({
      kind: 'input_required',
      inputRequests: Object.fromEntries(
        ['u0', 'u1'].map((key) => [
          key,
          { method: 'elicitation/create', params: { mode: 'url', url: url.url, message: 'm' } },
        ]),
      ),
      bytes: 3,
    });
  });

  it.each<[string, ReturnType<typeof required>, string, Caller]>([
    ['they did not declare it', required([url]), 'tools/call', forms],
    [
      'they are asked while their request is open',
      required([url]),
      'tools/call',
      caller({ elicitation: { url: {} } }, 'open'),
    ],
    ['it asks nothing', required([]), 'tools/call', urls],
    ['the request is none that may ask', required([url]), 'completion/complete', urls],
  ])('leaves it an error when %s', (_, outcome, method, who) => {
    expect(readUrlElicitation(outcome, method, who)).toBe(outcome);
  });
});
