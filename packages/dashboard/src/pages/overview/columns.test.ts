import { expect, it } from 'vitest';
import { columnsOf, type Stats, stackedHeights, totalsOf } from './columns.ts';

const STATS: Stats = {
  since: '2026-01-05T12:00:00.000Z',
  until: '2026-01-05T15:30:00.000Z',
  bucket: 'hour',
  isComplete: true,
  buckets: [
    { at: '2026-01-05T12:00:00.000Z', outcomes: { allow: 3, deny: 1 } },
    { at: '2026-01-05T15:00:00.000Z', outcomes: { deny: 2, unheard_of: 9 } },
  ],
  tools: [],
  refusals: [],
  grants: [],
};

it('has a column for each hour, also for those without a decision', () => {
  const columns = columnsOf(STATS);
  expect(columns.map(({ all, atMs }) => [new Date(atMs).getUTCHours(), all])).toEqual([
    [12, 4],
    [13, 0],
    [14, 0],
    [15, 2],
  ]);
  expect(totalsOf(columns)).toMatchObject({ allow: 3, deny: 3, limit: 0 });
});

it('stacks outcomes: the last one reaches as high as all of them together', () => {
  const columns = columnsOf(STATS);
  const heights = stackedHeights(columns);
  expect(heights[0]).toEqual([3, 0, 0, 0]);
  expect(heights.at(-1)).toEqual(columns.map(({ all }) => all));
});
