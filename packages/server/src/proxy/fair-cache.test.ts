import { describe, expect, it } from 'vitest';
import { FairCache } from './fair-cache.ts';

const keysOf = (kept: FairCache<number>) => [...kept].map(({ grantId, key }) => `${grantId}${key}`).sort();

describe('what is kept for agents', () => {
  it('loses the oldest of the grant that has the most', () => {
    const kept = new FairCache<number>({ most: 4 });
    for (const [at, [grantId = '', key = '']] of ['a1', 'b1', 'b2', 'b3'].entries())
      expect(kept.put(grantId, key, at)).toBe(undefined);
    expect(kept.put('c', '1', 4)).toEqual({ grantId: 'b', key: '1', value: 1 });
    expect(kept.put('b', '2', 5)).toBe(undefined);
    expect(kept.put('b', '4', 6)).toEqual({ grantId: 'b', key: '3', value: 3 });
    expect(keysOf(kept)).toEqual(['a1', 'b2', 'b4', 'c1']);
    expect(kept.get('b', '2')).toBe(5);
    expect(kept.get('a', '2')).toBe(undefined);
  });

  it('never loses what is put, nor what may not go', () => {
    const kept = new FairCache<number>({ most: 1, mayGo: (value) => value > 0 });
    kept.put('a', '1', 0);
    expect(kept.put('b', '1', 1)).toBe(undefined);
    expect(kept.put('a', '2', 2)).toEqual({ grantId: 'b', key: '1', value: 1 });
    kept.delete('a', '1');
    kept.delete('a', '1');
    expect(kept.put('b', '1', 3)).toEqual({ grantId: 'a', key: '2', value: 2 });
    expect(keysOf(kept)).toEqual(['b1']);
  });
});
