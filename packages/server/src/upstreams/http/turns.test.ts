import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

const WAIT_MS = 1_000;

/** Two at once, three may wait; what happened is kept in order. The grant of a turn is the first letter of its name. */
function room(ofGrant = 2) {
  const events: string[] = [];
  const timers = new Set<() => void>();
  const clock = {
    now: () => 0,
    after: (_ms: number, action: () => void) => {
      timers.add(action);
      return () => void timers.delete(action);
    },
  };
  const turns = new Turns({ running: 2, ofGrant, waiting: 3, waitMs: WAIT_MS }, clock);
  const turn = (name: string) => ({
    grantId: name.charAt(0),
    begin: () => void events.push(`${name} begins`),
    late: () => void events.push(`${name} is late`),
  });
  return { turns, turn, events, timers };
}

describe('turns', () => {
  it('begin at once while there are some, then wait in order, then there is no place to wait', () => {
    const { turns, turn, events } = room();
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => turns.take(turn(name)))).toEqual([
      'begun',
      'begun',
      'waits',
      'waits',
      'waits',
      'full',
    ]);
    turns.done('a');
    turns.done('b');
    expect(events).toEqual(['a begins', 'b begins', 'c begins', 'd begins']);
  });

  it('are late after the wait, and leave no timer', () => {
    const { turns, turn, events, timers } = room();
    for (const name of ['a', 'b', 'c']) turns.take(turn(name));
    for (const action of [...timers]) action();
    turns.done('a');
    turns.done('b');
    expect(events).toEqual(['a begins', 'b begins', 'c is late']);
    expect(turns.take(turn('d'))).toBe('begun');
  });

  it('that were given up never begin', () => {
    const { turns, turn, events, timers } = room();
    turns.take(turn('a'));
    turns.take(turn('b'));
    const given = turn('c');
    turns.take(given);
    turns.leave(given);
    turns.leave(given);
    turns.done('a');
    expect(events).toEqual(['a begins', 'b begins']);
    expect(timers.size).toBe(0);
  });

  it('of one grant are fewer than all: those beyond wait while those of others begin', () => {
    const { turns, turn, events } = room(1);
    expect(['a1', 'a2', 'b1', 'a3', 'b2'].map((name) => turns.take(turn(name)))).toEqual([
      'begun',
      'waits',
      'begun',
      'waits',
      'waits',
    ]);
    turns.done('b');
    turns.done('a');
    turns.done('b');
    expect(events).toEqual(['a1 begins', 'b1 begins', 'b2 begins', 'a2 begins']);
    turns.done('a');
    expect(events.at(-1)).toBe('a3 begins');
  });
});
