import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { WRITING_IN_A_TURN_MS } from '../../limits/index.ts';
import { AnswerTurns } from './answer-turns.ts';

/** Answers that take as long as they say. */
function writer() {
  let nowMs = 0;
  const turns = new AnswerTurns(() => nowMs);
  const written: string[] = [];
  const write = async (sender: string, ms: number) => {
    const wait = turns.next(sender);
    if (wait !== undefined) await wait;
    turns.write(sender, () => {
      nowMs += ms;
      written.push(sender);
    });
  };
  return { write, written };
}

it('lets a sender of long answers wait for other turns, in each of which others have theirs', async () => {
  const { write, written } = writer();
  const all = Array.from({ length: 4 }, () => write('a', WRITING_IN_A_TURN_MS));
  await write('b', 0);
  expect(written).toEqual(['a', 'b']);
  await nextTurn();
  expect(written).toEqual(['a', 'b', 'a']);
  await write('b', 0);
  await Promise.all(all);
  expect(written).toEqual(['a', 'b', 'a', 'b', 'a', 'a']);
});

it('keeps nobody waiting whose answers are short, however many they are', async () => {
  const { write, written } = writer();
  for (let at = 0; at < 100; at += 1) void write('a', 0.5);
  expect(written).toHaveLength(100);
});

it('begins anew in each turn', async () => {
  const { write, written } = writer();
  for (let turn = 1; turn <= 3; turn += 1) {
    void write('a', WRITING_IN_A_TURN_MS);
    expect(written).toHaveLength(turn);
    await nextTurn();
  }
});
