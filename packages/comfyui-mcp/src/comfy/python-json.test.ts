import { describe, expect, it } from 'vitest';
import { readPythonJson } from './python-json.ts';

describe('JSON as Python writes it', () => {
  it.each<[string, unknown]>([
    ['{"is_changed": [NaN]}', { is_changed: [null] }],
    ['[NaN, Infinity, -Infinity, 1]', [null, null, null, 1]],
    ['NaN', null],
    [String.raw`{"text": "NaN, \"-Infinity\", \\.", "x": NaN}`, { text: 'NaN, "-Infinity", \\.', x: null }],
    ['{"NaN": "Infinity"}', { NaN: 'Infinity' }],
  ])('%s is read', (text, value) => {
    expect(readPythonJson(text)).toEqual(value);
  });

  it.each(['', '<html>NaN', '{"a": NaN', '"NaN', '"NaN\\', 'NaNNaN', '[1NaN]'])('%s is not', (text) => {
    expect(() => readPythonJson(text)).toThrow(SyntaxError);
  });

  it('takes no longer for a hostile text than for another of its length', () => {
    const begun = performance.now();
    expect(() => readPythonJson(`NaN"${'\\"'.repeat(2_000_000)}`)).toThrow(SyntaxError);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
