import schema from '@boomgate/engine/schema/policy-1.json' with { type: 'json' };
import { CompletionContext } from '@codemirror/autocomplete';
import { json } from '@codemirror/lang-json';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { completionFrom } from './completion.ts';
import { placesOf } from './places.ts';

/** What is proposed where `|` stands. */
function proposedAt(marked: string, toolNames: readonly string[] = []): readonly string[] {
  const at = marked.indexOf('|');
  const state = EditorState.create({ doc: marked.replace('|', ''), extensions: [json()] });
  const result = completionFrom(schema, () => toolNames)(new CompletionContext(state, at, true));
  return result?.options.map(({ apply, label }) => String(apply ?? label)) ?? [];
}

describe('what is proposed', () => {
  it.each([
    ['{ | }', '"version": ', '"tools": '],
    ['{ "def|" }', '"default": ', '"hide": '],
    ['{ "default": "|" }', '"deny"', '"allow"'],
    ['{ "tools": { "t": { | } } }', '"deny_if": ', '"action": '],
    ['{ "tools": { "t": { "action": "|" } } }', '"require_approval"', '"deny"'],
    ['{ "tools": { "t": { "limits": [{ | }] } } }', '"window": ', '"concurrent": '],
    ['{ "tools": { "t": { "deny_if": [{ "conditions": [{ "op": "|" }] }] } } }', '"gt"', '"path_within"'],
    ['{ "tools": { "t": { "validate": { "schema": | } } } }', 'true', 'false'],
  ])('at %s are %s and %s', (marked, one, other) => {
    expect(proposedAt(marked)).toEqual(expect.arrayContaining([one, other]));
  });

  it('are the tools of the server where one is named, and a key has no second colon', () => {
    expect(proposedAt('{ "tools": { "cr|": {} } }', ['create_refund'])).toEqual(['"create_refund"']);
    expect(proposedAt('{ "hide": ["|"] }', ['create_refund'])).toEqual(['"create_refund"']);
  });

  it('are none where nothing can be written', () => {
    expect(proposedAt('{ "description": "|" }')).toEqual([]);
    expect(proposedAt('{ "nothing": { | } }')).toEqual([]);
  });
});

describe('a problem is shown', () => {
  const text = '{\n  "default": "deny",\n  "tools": { "a~b": { "action": "alow" } }\n}';
  const wordOf = (problem: Partial<Parameters<typeof placesOf>[1][number]>) => {
    const [span] = placesOf(text, [{ severity: 'error', message: 'm', pointer: '', ...problem }]);
    return text.slice(span?.from, span?.to);
  };

  it('at its line and column, to the end of the word, and at the beginning where there is no such line', () => {
    expect(wordOf({ line: 3, column: 33 })).toBe('"alow"');
    expect(wordOf({ line: 99 })).toBe('{');
  });

  it('at the key of its pointer where it has no line, and at the beginning where there is no such place', () => {
    expect(wordOf({ pointer: '/tools/a~0b/action' })).toBe('"action"');
    expect(wordOf({ pointer: '/nowhere' })).toBe('{');
  });
});
