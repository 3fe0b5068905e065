import { describe, expect, it } from 'vitest';
import { concerns, offeredOf, readFilter, toFilter, unionOf } from './watched.ts';

const updated = (uri: string) => ({ kind: 'resource_updated', uri, params: { uri } }) as const;

describe('what is watched', () => {
  it('is merged without repetition, in one order, and within the bound', () => {
    const a = { lists: ['resources', 'tools'], resources: ['b', 'a'] } as const;
    const b = { lists: ['tools'], resources: ['a', 'c'] } as const;
    expect(unionOf([a, b], 10)).toEqual({ lists: ['tools', 'resources'], resources: ['a', 'b', 'c'] });
    expect(unionOf([a, b], 2).resources).toEqual(['a', 'b']);
    expect(unionOf([b, a], 10)).toEqual(unionOf([a, b], 10));
  });

  it('is offered only as far as the server declares it', () => {
    const wanted = { lists: ['tools', 'prompts'], resources: ['a'] } as const;
    expect(
      offeredOf(wanted, { tools: { listChanged: true }, prompts: {}, resources: { listChanged: true } }),
    ).toEqual({
      lists: ['tools'],
      resources: [],
    });
    expect(offeredOf(wanted, { resources: { subscribe: true } })).toEqual({ lists: [], resources: ['a'] });
  });

  it('is written as a filter and read from its acknowledgement, never more than was wanted', () => {
    const wanted = { lists: ['tools'], resources: ['a', 'b'] } as const;
    expect(toFilter(wanted)).toEqual({ toolsListChanged: true, resourceSubscriptions: ['a', 'b'] });
    const filter = { promptsListChanged: true, toolsListChanged: false, resourceSubscriptions: ['b', 'z'] };
    expect(readFilter(filter, wanted)).toEqual({ lists: [], resources: ['b'] });
    expect(readFilter('x', wanted)).toEqual({ lists: [], resources: [] });
  });

  it.each([
    ['file:///a', 'file:///a', true],
    ['file:///a', 'file:///a/b', true],
    ['file:///a/', 'file:///a/b', true],
    ['file:///a', 'file:///a#x', true],
    ['file:///a', 'file:///ab', false],
    ['file:///a/b', 'file:///a', false],
  ])('%s: a watcher hears of %s: %s', (watched, uri, hears) => {
    expect(concerns({ lists: [], resources: [watched] }, updated(uri))).toBe(hears);
  });
});
