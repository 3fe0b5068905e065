import { expect, it, vi } from 'vitest';
import { MAX_READING_GRANTS, READING_BODIES, SHORT_BODY } from '../../limits/index.ts';
import { BodyTurns } from './body-turns.ts';

const LONG = SHORT_BODY + 1;

function reading() {
  let nowMs = 0;
  const turns = new BodyTurns(() => nowMs);
  const read: string[] = [];
  const gone = new Set<string>();
  const send = (grant: string, characters = LONG, ms = 100) =>
    turns.read({ grantId: grant, isGone: () => gone.has(grant) }, characters, () => {
      nowMs += ms;
      read.push(grant);
      return grant;
    });
  const pass = async (ms: number) => {
    nowMs += ms;
    await vi.advanceTimersByTimeAsync(ms);
  };
  return { gone, pass, read, send };
}

it('lets a grant whose bodies took long wait, and nobody else', async () => {
  vi.useFakeTimers();
  try {
    const { pass, read, send } = reading();
    expect(await send('a')).toBe('a');
    const late = send('a');
    await send('b');
    expect(await send('a', SHORT_BODY, 0), 'short ones do not wait').toBe('a');
    expect(read).toEqual(['a', 'b', 'a']);
    await pass(100 / READING_BODIES.part);
    expect(await late).toBe('a');
  } finally {
    vi.useRealTimers();
  }
});

it('reads no body whose agent is gone by then', async () => {
  vi.useFakeTimers();
  try {
    const { gone, pass, read, send } = reading();
    await send('a');
    const late = [send('a'), send('a')];
    gone.add('a');
    await pass(100 / READING_BODIES.part);
    expect(await Promise.all(late)).toEqual([undefined, undefined]);
    expect(read).toEqual(['a']);
  } finally {
    vi.useRealTimers();
  }
});

it('remembers no more grants than it has to', async () => {
  const { send } = reading();
  await send('greedy');
  for (let grant = 0; grant < 2 * MAX_READING_GRANTS; grant += 1) await send(`quick ${grant}`, LONG, 0);
  // Who has to wait is still known to have to.
  let isRead = false;
  void Promise.resolve(send('greedy')).then(() => {
    isRead = true;
  });
  await new Promise(setImmediate);
  expect(isRead).toBe(false);
});
