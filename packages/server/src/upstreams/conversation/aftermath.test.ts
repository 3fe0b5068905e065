import { expect, it } from 'vitest';
import { manualClock } from '../../../test/upstreams/manual-clock.ts';
import { AFTERMATH_MS } from '../bounds.ts';
import { Aftermath } from './aftermath.ts';

it('a call that was given up may speak for a minute, or until its answer', () => {
  const clock = manualClock();
  const aftermath = new Aftermath(clock);
  aftermath.begin(1);
  clock.advance(AFTERMATH_MS - 1);
  aftermath.begin(2);
  expect(aftermath.isOpen()).toBe(true);
  aftermath.end(2);
  expect(aftermath.isOpen()).toBe(true);
  clock.advance(1);
  expect(aftermath.isOpen()).toBe(false);
});
