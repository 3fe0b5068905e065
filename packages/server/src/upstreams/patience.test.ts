import { describe, expect, it } from 'vitest';
import { manualClock } from '../../test/upstreams/manual-clock.ts';
import { Patience } from './patience.ts';

function setUp() {
  const clock = manualClock();
  const over: string[] = [];
  const patience = new Patience({ clock, idleMs: 100, longestMs: 1_000 });
  patience.begin((which) => over.push(which));
  return { clock, over, patience };
}

describe('Patience', () => {
  it('ends with silence, which each sign of life begins again', () => {
    const { clock, over, patience } = setUp();
    clock.advance(99);
    patience.touch();
    clock.advance(99);
    expect(over).toEqual([]);
    clock.advance(1);
    expect(over).toEqual(['idle']);
  });

  it('ends with the whole time, however lively the server is', () => {
    const { clock, over, patience } = setUp();
    for (let touch = 0; touch < 21; touch += 1) {
      clock.advance(50);
      patience.touch();
    }
    expect(over).toEqual(['longest']);
  });

  it('bears silence while a question is open, but not longer than the whole time', () => {
    const { clock, over, patience } = setUp();
    const [first, second] = [patience.hold(), patience.hold()];
    clock.advance(500);
    first();
    clock.advance(400);
    expect(over).toEqual([]);
    second();
    clock.advance(100);
    expect(over).toContain('idle');
    const other = setUp();
    other.patience.hold();
    other.clock.advance(1_000);
    expect(other.over).toEqual(['longest']);
  });

  it('leaves no timer', () => {
    const { clock, over, patience } = setUp();
    const release = patience.hold();
    patience.end();
    release();
    patience.touch();
    expect(clock.timers()).toBe(0);
    clock.advance(10_000);
    expect(over).toEqual([]);
  });
});
