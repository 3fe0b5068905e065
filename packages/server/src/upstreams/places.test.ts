import { describe, expect, it } from 'vitest';
import { Places } from './places.ts';

describe('places', () => {
  it('are so many for all, and fewer for one grant', () => {
    const places = new Places({ all: 3, ofGrant: 2 });
    expect([places.take('a'), places.take('a'), places.take('a')]).toEqual([true, true, false]);
    expect([places.take('b'), places.take('b'), places.take('c')]).toEqual([true, false, false]);
    places.leave('a');
    expect([places.take('c'), places.take('a')]).toEqual([true, false]);
  });

  it('that were not taken cannot be left', () => {
    const places = new Places({ all: 1, ofGrant: 1 });
    places.leave('a');
    expect([places.take('a'), places.take('b')]).toEqual([true, false]);
    places.leave('b');
    expect(places.take('b')).toBe(false);
  });
});
