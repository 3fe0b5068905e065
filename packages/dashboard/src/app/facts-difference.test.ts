import { expect, it } from 'vitest';
import { factsDifference } from './facts-difference.ts';

it('names what was added, removed and changed, within members as well, and nothing that stayed', () => {
  const before = { name: 'laptop', labels: { team: 'a', site: 'x' }, ends: 'never', list: [1, 2] };
  const after = { name: 'laptop', labels: { team: 'b', site: 'x' }, policy: 'safe', list: [1, 3] };
  expect(factsDifference(before, after)).toEqual([
    { kind: 'removed', pointer: 'ends', before: 'never' },
    { kind: 'changed', pointer: 'labels.team', before: 'a', after: 'b' },
    { kind: 'changed', pointer: 'list', before: [1, 2], after: [1, 3] },
    { kind: 'added', pointer: 'policy', after: 'safe' },
  ]);
  expect(factsDifference(before, before)).toEqual([]);
});

it('shows all of what was made or is gone', () => {
  expect(factsDifference(undefined, { a: false })).toEqual([{ kind: 'added', pointer: 'a', after: false }]);
  expect(factsDifference({ a: null })).toEqual([{ kind: 'removed', pointer: 'a', before: null }]);
  expect(factsDifference()).toEqual([]);
});
