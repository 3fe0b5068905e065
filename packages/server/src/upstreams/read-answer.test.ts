import type { JsonObject } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { readAnswer, readMessage } from './read-answer.ts';

describe('readMessage', () => {
  it.each([
    '',
    'text',
    '[]',
    '"x"',
    'null',
    '{}',
    '{"jsonrpc":"1.0"}',
    '{"jsonrpc":"2.0"',
    '{"jsonrpc":"2.0","id":1,"id":2}',
  ])('refuses %j', (text) => {
    expect(readMessage(text).ok).toBe(false);
  });

  it('reads one JSON-RPC object', () => {
    expect(readMessage('{"jsonrpc":"2.0","id":1}')).toEqual({ ok: true, message: { jsonrpc: '2.0', id: 1 } });
  });

  it('mends text that was cut within a character', () => {
    expect(readMessage('{"jsonrpc":"2.0","text":"a\\ud83d"}')).toEqual({
      ok: true,
      message: { jsonrpc: '2.0', text: 'a\ufffd' },
    });
  });

  it('mends nothing else in such a text', () => {
    const text =
      '{"jsonrpc":"2.0","id":9007199254740993,"text":"\\\\ud83d\\ud83d\\ude00\\udead\\uD83D\\ud83d\\ude00\\n\\ud83d"}';
    const read = readMessage(text);
    expect(read.ok && JSON.stringify(read.message)).toBe(
      '{"jsonrpc":"2.0","id":9007199254740993,"text":"\\\\ud83d😀\ufffd\ufffd😀\\n\ufffd"}',
    );
    expect(readMessage('{"jsonrpc":"2.0","id":1,"id":2,"text":"\\ud83d"}').ok).toBe(false);
    expect(readMessage('{"jsonrpc":"2.0","id":1e400,"text":"\\ud83d"}').ok).toBe(false);
  });
});

const bad: readonly [string, JsonObject][] = [
  ['another id', { id: 8, result: {} }],
  ['the id as text', { id: '7', result: {} }],
  ['no id', { result: {} }],
  ['a null id', { id: null, result: {} }],
  ['result and error', { id: 7, result: {}, error: { code: 1, message: 'x' } }],
  ['neither', { id: 7 }],
  ['a result that is no object', { id: 7, result: [] }],
  ['a null result', { id: 7, result: null }],
  ['an error without a code', { id: 7, error: { message: 'x' } }],
  ['an error with a fractional code', { id: 7, error: { code: 1.5, message: 'x' } }],
  ['an error that is text', { id: 7, error: 'x' }],
];

describe('readAnswer', () => {
  it.each(bad)('never takes an answer with %s', (_, message) => {
    expect(readAnswer(message, 7).kind).toBe('bad');
  });

  it('takes a result, and an error with its data', () => {
    expect(readAnswer({ id: 7, result: { a: 1 } }, 7)).toEqual({ kind: 'result', result: { a: 1 } });
    const error = { code: -32602, message: 'x', data: { b: 1 } };
    expect(readAnswer({ id: 7, error: { ...error, more: 1 } }, 7)).toEqual({ kind: 'error', error });
  });
});
