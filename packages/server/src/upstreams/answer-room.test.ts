import { describe, expect, it } from 'vitest';
import { Budget } from '../budget.ts';
import { AnswerRoom } from './answer-room.ts';
import { READING_LONG, READING_SHORT, SHORT_TEXT, UNCOUNTED_ANSWER_BYTES } from './bounds.ts';

const LONG = SHORT_TEXT + 1;
/** Milliseconds that a server rests after a long text that took so many, from when it was read. */
const restAfter = (ms: number): number => ms / READING_LONG.part - READING_LONG.burstMs - ms;

/** A server's room in which reading takes as long as the test says. */
function roomWith({ bytes = 1_000_000 } = {}) {
  let nowMs = 0;
  const timers: { atMs: number; action: () => void }[] = [];
  const clock = {
    now: () => nowMs,
    after: (ms: number, action: () => void) => {
      timers.push({ atMs: nowMs + ms, action });
      return () => undefined;
    },
  };
  /** Until nothing is due any more that is due within this time. */
  const pass = (ms: number): void => {
    const endMs = nowMs + ms;
    for (;;) {
      const next = timers.sort((one, other) => one.atMs - other.atMs)[0];
      if (next === undefined || next.atMs > endMs) break;
      timers.shift();
      nowMs = Math.max(nowMs, next.atMs);
      next.action();
    }
    nowMs = Math.max(nowMs, endMs);
  };
  const budget = new Budget({ ofAll: bytes, ofEach: bytes });
  const room = new AnswerRoom({ clock, budget, serverId: 's' });
  const read: string[] = [];
  const reading = (name: string, ms: number) => () => {
    nowMs += ms;
    read.push(name);
  };
  return { budget, pass, read, reading, room };
}

describe('reading the answers of a server', () => {
  it('rests after a text that took long, and then goes on in the order of their coming', () => {
    const { pass, read, reading, room } = roomWith();
    room.arriving().read(LONG, reading('a', 100));
    room.arriving().read(LONG, reading('b', 50));
    room.arriving().read(LONG, reading('c', 0));
    expect(read).toEqual(['a']);
    pass(restAfter(100) - 1);
    expect(read).toEqual(['a']);
    pass(1);
    expect(read).toEqual(['a', 'b']);
    pass(50 / READING_LONG.part);
    expect(read).toEqual(['a', 'b', 'c']);
  });

  it('keeps no short text waiting for long ones, nor anything after what was read quickly', () => {
    const { read, reading, room } = roomWith();
    room.arriving().read(LONG, reading('a', READING_LONG.burstMs * READING_LONG.part - 1));
    room.arriving().read(LONG, reading('b', 100));
    room.arriving().read(LONG, reading('late', 0));
    room.arriving().read(SHORT_TEXT, reading('short', 0));
    expect(read).toEqual(['a', 'b', 'short']);
  });

  it('gives a flood of short texts no more than their part of the time', () => {
    const { pass, read, reading, room } = roomWith();
    const stream = room.arriving();
    for (let text = 0; text < 10_000; text += 1) stream.read(SHORT_TEXT, reading('x', 2));
    const { burstMs, part } = READING_SHORT;
    // The burst is read while time goes on.
    expect(read.length * 2).toBeLessThanOrEqual(burstMs / (1 / part - 1) + 2);
    const atOnce = read.length;
    pass(3_000);
    expect((read.length - atOnce) * 2).toBeLessThanOrEqual(3_000 * part + 4);
    expect((read.length - atOnce) * 2).toBeGreaterThan(3_000 * part * 0.9);
  });

  it('takes a short text that seemed to take long for a machine that stood still', () => {
    const { read, reading, room } = roomWith();
    for (const name of ['a', 'b']) room.arriving().read(1, reading(name, 5_000));
    expect(read).toEqual(['a', 'b']);
  });

  it('keeps what one stream says in its order, and takes no more of it meanwhile', () => {
    const { pass, read, reading, room } = roomWith();
    const source: string[] = [];
    const stream = room.arriving({ pause: () => source.push('pause'), resume: () => source.push('resume') });
    stream.read(LONG, reading('a', 100));
    stream.read(LONG, reading('b', 0));
    stream.read(1, reading('c', 0));
    expect(read).toEqual(['a']);
    expect(source).toEqual(['pause']);
    pass(restAfter(100));
    expect(read).toEqual(['a', 'b', 'c']);
    expect(source).toEqual(['pause', 'resume']);
  });

  it('leaves another server alone', () => {
    const one = roomWith();
    const other = roomWith();
    one.room.arriving().read(LONG, one.reading('a', 100));
    other.room.arriving().read(LONG, other.reading('b', 0));
    expect(other.read).toEqual(['b']);
  });
});

describe('the bytes of answers that come in', () => {
  const PART = UNCOUNTED_ANSWER_BYTES;

  it('are refused beyond the budget, and there is room again once something was read', () => {
    const { reading, room } = roomWith({ bytes: 2 * PART });
    const first = room.arriving();
    for (let part = 0; part < 3; part += 1) expect(first.take(PART)).toBe(true);
    const second = room.arriving();
    expect(second.take(PART), 'small answers do not count').toBe(true);
    expect(second.take(PART)).toBe(false);
    first.read(3 * PART, reading('first', 0));
    expect(second.take(PART)).toBe(true);
  });

  it('go with the texts that wait when nobody waits for them any more', () => {
    const { budget, pass, read, reading, room } = roomWith();
    room.arriving().read(LONG, reading('a', 100));
    const source: string[] = [];
    const given = room.arriving({ pause: () => source.push('pause'), resume: () => source.push('resume') });
    given.take(2 * PART);
    for (const name of ['b', 'c']) given.read(LONG, reading(name, 0));
    room.arriving().read(LONG, reading('d', 0));
    given.close();
    expect([budget.total, source]).toEqual([0, ['pause', 'resume']]);
    given.read(LONG, reading('late', 0));
    pass(restAfter(100));
    expect(read).toEqual(['a', 'd']);
  });

  it('are held while their text waits to be read', () => {
    const { budget, pass, reading, room } = roomWith();
    room.arriving().read(LONG, reading('a', 100));
    const waiting = room.arriving();
    waiting.take(2 * PART);
    waiting.read(LONG, reading('b', 0));
    expect(budget.total).toBe(2 * PART);
    pass(restAfter(100));
    expect(budget.total).toBe(0);
  });
});
