import { expect, it } from 'vitest';
import { Meter } from '../telemetry/index.ts';
import { type Counted, count, ToldCounts } from './told-counts.ts';

const ROW = { server: 's', method: 'tools/call', outcome: 'allow', mode: 'enforce' } as const;

it('comes to the same in the process that is told', () => {
  const told: (readonly Counted[])[] = [];
  const kept = new ToldCounts((counted) => told.push(counted));
  const [here, there] = [new Meter(new Set(['tools/call'])), new Meter(new Set(['tools/call']))];
  for (const counts of [here, kept]) {
    counts.decided({ ...ROW, target: 'not counted' } as typeof ROW);
    counts.settled({ server: 's', status: 'ok', ms: 7 });
    counts.turnedAway('grant');
    counts.worked(1, true);
    counts.worked(2, false);
  }
  expect(told).toEqual([]);
  kept.flush();
  kept.flush();
  expect(told).toHaveLength(1);
  expect(JSON.stringify(told)).not.toContain('not counted');
  // As it arrives.
  count(there, JSON.parse(JSON.stringify(told[0])));
  expect(there).toEqual(here);
});

it.each([
  [999, 0],
  [1_000, 1],
])('%i counts are told %i times before anybody asks', (counts, times) => {
  let told = 0;
  const kept = new ToldCounts(() => {
    told += 1;
  });
  for (let at = 0; at < counts; at += 1) kept.turnedAway('host');
  expect(told).toBe(times);
});
