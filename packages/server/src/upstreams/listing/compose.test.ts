import type { Json, JsonObject } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { TOOL_NAME_CHARACTERS } from '../bounds.ts';
import { composeListing } from './compose.ts';
import { LIST_KINDS } from './kinds.ts';

const tool = (name: Json, more: JsonObject = {}): JsonObject => ({
  name,
  inputSchema: { type: 'object' },
  ...more,
});

describe('composeListing', () => {
  it('sorts by code units and keeps each item as the server sent it', () => {
    const items = [tool('b', { odd: [1] }), tool('a'), tool('B'), tool('a/b'), tool('_')];
    const listing = composeListing(LIST_KINDS.tools, items);
    expect(listing.items.map((item) => item['name'])).toEqual(['B', '_', 'a', 'a/b', 'b']);
    expect(listing.byKey.get('b')).toBe(items[0]);
    expect(listing).toMatchObject({ dropped: [] });
  });

  it('drops every tool that has the name of another, and says so once', () => {
    const others = [tool('a', { title: 'x' }), tool('b'), tool('a', { title: 'y' }), tool('a')];
    const listing = composeListing(LIST_KINDS.tools, [tool('a'), ...others]);
    expect(listing.items).toEqual([tool('b')]);
    expect(listing.dropped).toEqual([{ key: 'a', reason: expect.stringContaining('more than once') }]);
  });

  it('takes a tool once that is listed again as it is', () => {
    const listing = composeListing(LIST_KINDS.tools, [tool('a'), tool('b'), tool('a'), tool('a')]);
    expect(listing).toMatchObject({ items: [tool('a'), tool('b')], dropped: [] });
  });

  it.each<[string, Json]>([
    ['no object', 'x'],
    ['no name', { inputSchema: { type: 'object' } }],
    ['an empty name', tool('')],
    ['a name with a space', tool('a b')],
    ['a name that only looks like Latin', tool('dеlete')],
    ['a name with a zero-width character', tool('a\u200b')],
    ['a name above the bound', tool('a'.repeat(TOOL_NAME_CHARACTERS + 1))],
    ['no schema', { name: 'a' }],
    ['a schema that is a list', tool('a', { inputSchema: [] })],
    ['a schema of another type', tool('a', { inputSchema: { type: 'string' } })],
    ['an invalid header annotation', tool('a', { inputSchema: { type: 'object', 'x-mcp-header': 'A' } })],
  ])('drops a tool with %s and keeps the others', (_, item) => {
    const listing = composeListing(LIST_KINDS.tools, [item, tool('good')]);
    expect(listing.items).toEqual([tool('good')]);
    expect(listing.dropped).toHaveLength(1);
  });

  it('keeps a tool whose name is as long as the bound', () => {
    expect(composeListing(LIST_KINDS.tools, [tool('a'.repeat(TOOL_NAME_CHARACTERS))]).items).toHaveLength(1);
  });

  it('names resources by URI, and drops URIs with control characters', () => {
    const found = [{ uri: 'file:///b' }, { uri: 'file:///a' }, { uri: 'file:///c\n' }];
    const listing = composeListing(LIST_KINDS.resources, found);
    expect([...listing.byKey.keys()]).toEqual(['file:///a', 'file:///b']);
    expect(listing.dropped).toHaveLength(1);
  });
});
