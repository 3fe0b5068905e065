import { describe, expect, it } from 'vitest';
import { HOLD_PROGRESS_MS, MAX_HELD_PER_GRANT } from '../limits/index.ts';
import type { Approval } from './approval.ts';
import { HeldCalls, type Holding } from './held.ts';

const HOLD_MS = 50_000;

/** An approval that waits, as far as held calls look at it. */
const waiting = (id: string, grantId = 'g') =>
  ({ id, grantId, state: 'waiting', expiresAtMs: 600_000 }) as Approval; // a cast: nothing else is read

function holdings() {
  const approvals = new Map<string, Approval>();
  const time = { nowMs: 0 };
  let isNews = false;
  const held = new HeldCalls({
    get: (id) => approvals.get(id),
    changed: () => {
      const was = isNews;
      isNews = false;
      return was;
    },
    nowMs: () => time.nowMs,
    monotonicMs: () => time.nowMs,
  });
  const set = (approval: Approval): void => {
    approvals.set(approval.id, approval);
    isNews = true;
  };
  const wait = (approval: Approval, more: Partial<Holding> = {}) =>
    held.wait({ approval, untilMs: time.nowMs + HOLD_MS, signals: [], onWaiting: () => undefined, ...more });
  return { held, set, time, wait };
}

describe('a held call', () => {
  it('ends when its approval is decided, and all calls of the same approval with it', async () => {
    const { held, set, wait } = holdings();
    set(waiting('a'));
    set(waiting('b'));
    const calls = [wait(waiting('a')), wait(waiting('a')), wait(waiting('b'))];
    set({ ...waiting('a'), state: 'approved' });
    held.look();
    expect(await Promise.all(calls.slice(0, 2))).toMatchObject([
      { state: 'approved' },
      { state: 'approved' },
    ]);
    expect(held.size).toBe(1);
    held.stop();
    expect(await calls[2]).toBe('late');
  });

  it('ends when its agent has left, also where its approval is decided by then', async () => {
    const { held, set, wait } = holdings();
    set(waiting('a'));
    let isOver = false;
    const calls = [wait(waiting('a'), { hasLeft: () => isOver }), wait(waiting('a'))];
    held.look();
    expect(held.size).toBe(2);
    isOver = true;
    set({ ...waiting('a'), state: 'approved' });
    held.look();
    expect(await Promise.all(calls)).toMatchObject(['gone', { state: 'approved' }]);
    expect(await wait(waiting('a'), { hasLeft: () => isOver })).toBe('gone');
  });

  it('hears of a decision that was made before it was held', async () => {
    const { held, set, wait } = holdings();
    set({ ...waiting('a'), state: 'approved' });
    held.look();
    expect(await wait(waiting('a'))).toMatchObject({ state: 'approved' });
  });

  it('is held, and hears of its decision, where another process has to be asked', async () => {
    const approvals = new Map([['a', waiting('a')]]);
    const held = new HeldCalls({
      get: async (id) => approvals.get(id),
      changed: () => true,
      nowMs: () => 0,
      monotonicMs: () => 0,
    });
    const holding = { approval: waiting('a'), untilMs: 1, signals: [] };
    const told: number[] = [];
    const call = held.wait({ ...holding, onWaiting: (heldMs) => void told.push(heldMs) });
    await held.look();
    expect([held.size, told]).toEqual([1, [0]]);
    approvals.set('a', { ...waiting('a'), state: 'approved' });
    await held.look();
    expect(await call).toMatchObject({ state: 'approved' });
    const late = held.wait({ ...holding, onWaiting: () => undefined });
    expect(await late).toMatchObject({ state: 'approved' });
    expect(held.size).toBe(0);
  });

  it('ends when its time is up, and is told of before', async () => {
    const { held, set, time, wait } = holdings();
    set(waiting('a'));
    const told: number[] = [];
    const call = wait(waiting('a'), { onWaiting: (ms) => told.push(ms) });
    for (; time.nowMs < HOLD_MS - 250; time.nowMs += 250) held.look();
    expect(held.size).toBe(1);
    expect(told).toHaveLength(HOLD_MS / HOLD_PROGRESS_MS);
    expect(told).toEqual([...new Set(told)].sort((one, other) => one - other));
    time.nowMs = HOLD_MS;
    held.look();
    expect(await call).toBe('late');
  });

  it('ends when the agent goes, and leaves no listener behind', async () => {
    const { held, set, wait } = holdings();
    set(waiting('a'));
    const agent = new AbortController();
    const call = wait(waiting('a'), { signals: [agent.signal] });
    agent.abort();
    expect(await call).toBe('gone');
    expect(held.size).toBe(0);
    expect(await wait(waiting('a'), { signals: [agent.signal] })).toBe('gone');
  });

  it('has a place among those of its grant, or is not held', async () => {
    const { held, set, wait } = holdings();
    set(waiting('a'));
    set(waiting('b', 'other'));
    for (let count = 0; count < MAX_HELD_PER_GRANT; count += 1) void wait(waiting('a'));
    expect(held.size).toBe(MAX_HELD_PER_GRANT);
    expect(await wait(waiting('a'))).toBe('late');
    void wait(waiting('b', 'other'));
    expect(held.size).toBe(MAX_HELD_PER_GRANT + 1);
  });
});
