import { describe, expect, it } from 'vitest';
import type { Watched } from '../contract.ts';
import { concerns, offeredOf, readFilter, shareOut, toFilter } from './watched.ts';

const updated = (uri: string) => ({ kind: 'resource_updated', uri, params: { uri } }) as const;

const wish = (grantId: string, wanted: Watched) => ({ caller: { grantId }, wanted });

describe('what is watched', () => {
  it('is merged without repetition, in one order, and within the bound of all', () => {
    const a = wish('a', { lists: ['resources', 'tools'], resources: ['b', 'a'] });
    const b = wish('b', { lists: ['tools'], resources: ['a', 'c'] });
    const most = { ofAll: 10, ofEach: 10 };
    const merged = { lists: ['tools', 'resources'], resources: ['a', 'b', 'c'] };
    expect(shareOut([a, b], most).union).toEqual(merged);
    expect(shareOut([b, a], most).union).toEqual(merged);
    const few = shareOut([a, b], { ofAll: 2, ofEach: 2 });
    expect([few.union, few.of('a'), few.of('b')].map(({ resources }) => resources)).toEqual([
      ['a', 'b'],
      ['b', 'a'],
      ['a'],
    ]);
  });

  it('is of one grant at most its share, whatever others watch', () => {
    const resources = ['a', 'b', 'c', 'd'];
    const shares = shareOut(
      [
        wish('many', { lists: [], resources: resources.slice(0, 2) }),
        wish('other', { lists: [], resources: ['d'] }),
        wish('many', { lists: [], resources: ['a', ...resources.slice(2)] }),
      ],
      { ofAll: 4, ofEach: 3 },
    );
    expect(shares.of('many').resources).toEqual(['a', 'b', 'c']);
    expect(shares.of('other').resources).toEqual(['d']);
    expect(shares.of('nobody').resources).toEqual([]);
    expect(shares.union.resources).toEqual(resources);
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
